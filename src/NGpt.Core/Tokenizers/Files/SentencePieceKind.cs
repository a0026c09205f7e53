namespace NGpt.Core.Tokenizers.Files;

/// <summary>What a piece is for; the numbers are those of the file.</summary>
internal enum SentencePieceKind
{
    /// <summary>Text.</summary>
    Normal = 1,

    /// <summary>Stands for what has no piece.</summary>
    Unknown = 2,

    /// <summary>Stands for no text: begin, end.</summary>
    Control = 3,

    /// <summary>Text that the model's maker wanted as one piece.</summary>
    UserDefined = 4,

    /// <summary>Never used.</summary>
    Unused = 5,

    /// <summary>One byte, written <c>&lt;0x41&gt;</c>.</summary>
    Byte = 6,
}
