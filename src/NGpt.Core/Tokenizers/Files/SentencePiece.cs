namespace NGpt.Core.Tokenizers.Files;

/// <summary>A piece of a SentencePiece model, as its file has it.</summary>
/// <param name="Text">Its text, with U+2581 for spaces.</param>
/// <param name="Kind">What it is for.</param>
internal readonly record struct SentencePiece(string Text, SentencePieceKind Kind);
