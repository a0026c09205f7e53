namespace NGpt.Data.Corpora.Files;

/// <summary>A piece of a text.</summary>
/// <param name="Utf8">The bytes, as a document has them.</param>
/// <param name="WasRepaired">Whether something in it was replaced by U+FFFD.</param>
/// <param name="SourceBytesRead">How far the file was read for it.</param>
internal sealed record TextPiece(byte[] Utf8, bool WasRepaired, long SourceBytesRead);
