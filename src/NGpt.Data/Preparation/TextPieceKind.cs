namespace NGpt.Data.Preparation;

/// <summary>How a piece of text stands to the one before it.</summary>
internal enum TextPieceKind
{
    /// <summary>It begins a document.</summary>
    Beginning,

    /// <summary>It goes on with the document of the piece before it.</summary>
    Continuation,

    /// <summary>It goes on with a document behind the cut: in its split it stands like a document of its own.</summary>
    Rest,
}
