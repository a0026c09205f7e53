namespace NGpt.Data.Preparation;

/// <summary>A stretch of text that belongs to one split.</summary>
/// <param name="Utf8">The text; begins and ends between characters.</param>
/// <param name="Kind">How it stands to the piece before it.</param>
/// <param name="Hash">Content hash of the document that it begins; null where that is the hash of this very piece, or where it begins none.</param>
/// <param name="IsValidation">Whether it is held out; null where the hash decides, or where the piece before it did.</param>
internal sealed record TextPiece(ReadOnlyMemory<byte> Utf8, TextPieceKind Kind, UInt128? Hash, bool? IsValidation);
