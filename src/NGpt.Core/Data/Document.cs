namespace NGpt.Core.Data;

/// <summary>
/// One document of a corpus, or one piece of a long one: pieces of a document follow each other, and all but the first
/// have <see cref="IsContinuation"/> set. Every piece begins and ends between characters.
/// </summary>
/// <param name="Name">The document's name inside its corpus, the same on every machine: a relative path with <c>/</c>, a type name.</param>
/// <param name="Utf8">The text, valid UTF-8 without a byte-order mark, lines ended by a line feed alone.</param>
public sealed record Document(string Name, ReadOnlyMemory<byte> Utf8)
{
    /// <summary>True where this is a further piece of the document before it.</summary>
    public bool IsContinuation { get; init; }
}
