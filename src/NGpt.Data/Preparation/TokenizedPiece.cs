namespace NGpt.Data.Preparation;

/// <summary>A piece of text as tokens.</summary>
/// <param name="Piece">The text, with its hash where it begins a document.</param>
/// <param name="Tokens">Its tokens.</param>
internal sealed record TokenizedPiece(TextPiece Piece, ReadOnlyMemory<int> Tokens);
