namespace NGpt.Core.Tokenizers.SentencePieces;

/// <summary>A SentencePiece model as its file has it, checked: pieces are unique, and one of them stands for unknown text.</summary>
internal sealed record PieceModel
{
    /// <summary>The pieces by id.</summary>
    public required IReadOnlyList<Piece> Pieces { get; init; }

    /// <summary>How a text becomes pieces.</summary>
    public required PieceModelType Type { get; init; }

    /// <summary>Whether what has no piece becomes bytes.</summary>
    public bool HasByteFallback { get; init; }

    /// <summary>The name of the piece that ends a document.</summary>
    public string EndPiece { get; init; } = "</s>";

    /// <summary>What the unknown piece is decoded to.</summary>
    public string UnknownSurface { get; init; } = " \u2047 ";

    /// <summary>How a text is changed before it is cut into pieces.</summary>
    public required NormalizerSettings Normalizer { get; init; }

    /// <summary>The id of the piece that stands for unknown text.</summary>
    public required int Unknown { get; init; }
}

/// <summary>One piece.</summary>
/// <param name="Text">Its text in UTF-8.</param>
/// <param name="Score">Pieces of higher score are preferred; finite.</param>
/// <param name="Kind">What it is for.</param>
internal sealed record Piece(byte[] Text, float Score, PieceKind Kind)
{
    /// <summary>Whether text can become this piece by merging or by the best path; other pieces are reached by their kind alone.</summary>
    public bool IsText => Kind is PieceKind.Normal or PieceKind.UserDefined or PieceKind.Unused;
}

/// <summary>What a piece is for; the numbers are those of the file.</summary>
internal enum PieceKind
{
    /// <summary>Text.</summary>
    Normal = 1,

    /// <summary>Stands for what has no piece.</summary>
    Unknown = 2,

    /// <summary>Stands for no text: begin, end.</summary>
    Control = 3,

    /// <summary>Text that is always one piece.</summary>
    UserDefined = 4,

    /// <summary>Takes part in merges, but is divided again in the end.</summary>
    Unused = 5,

    /// <summary>One byte, written <c>&lt;0x41&gt;</c>.</summary>
    Byte = 6,
}

/// <summary>How a model cuts a text into pieces; the numbers are those of the file.</summary>
internal enum PieceModelType
{
    /// <summary>The path of highest total score.</summary>
    Unigram = 1,

    /// <summary>Merges, the highest score first.</summary>
    BytePairs = 2,

    /// <summary>Whole words.</summary>
    Word = 3,

    /// <summary>Single characters.</summary>
    Character = 4,
}

/// <summary>How a text is changed before it is cut into pieces.</summary>
internal sealed record NormalizerSettings
{
    /// <summary>Replacements of characters, or null for none.</summary>
    public CharacterMap? Map { get; init; }

    /// <summary>Whether a space is added to every text.</summary>
    public bool AddsDummyPrefix { get; init; } = true;

    /// <summary>Whether spaces at both ends go, and several between words become one.</summary>
    public bool RemovesExtraSpaces { get; init; } = true;

    /// <summary>Whether a space is written as U+2581.</summary>
    public bool EscapesSpaces { get; init; } = true;

    /// <summary>Whether the added space stands at the end.</summary>
    public bool PutsSpaceAtEnd { get; init; }
}
