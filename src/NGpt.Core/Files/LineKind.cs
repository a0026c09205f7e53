namespace NGpt.Core.Files;

/// <summary>What a <see cref="LineReader"/> came to.</summary>
public enum LineKind
{
    /// <summary>A line.</summary>
    Line,

    /// <summary>A line that is longer than allowed; it was passed over.</summary>
    TooLong,

    /// <summary>The end of the stream.</summary>
    End,
}
