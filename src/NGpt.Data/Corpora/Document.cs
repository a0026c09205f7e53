using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NGpt.Data.Corpora;

/// <summary>
/// One document of a corpus, or one piece of a long one: pieces of a document follow each other, and all but the first
/// have <see cref="IsContinuation"/> set. Every piece begins and ends between characters.
/// </summary>
/// <param name="Name">The document's name inside its corpus, the same on every machine: a relative path with <c>/</c>, a type name, for a line or row <c>file.jsonl:12</c>.</param>
/// <param name="Utf8">The text, valid UTF-8 without a byte-order mark, lines ended by a line feed alone. Never empty for a first piece.</param>
public sealed record Document(string Name, ReadOnlyMemory<byte> Utf8)
{
    /// <summary>True where this is a further piece of the document before it.</summary>
    public bool IsContinuation { get; init; }

    /// <summary>
    /// First 16 bytes of the SHA-256 of the whole text, for the first piece of a document that comes in several; null for
    /// a document of one piece, whose hash can be computed from it (<see cref="HashOf(ReadOnlySpan{byte})"/>).
    /// </summary>
    public UInt128? ContentHash { get; init; }

    /// <summary>The hash of a whole text as <see cref="ContentHash"/> has it.</summary>
    /// <param name="utf8">The text.</param>
    public static UInt128 HashOf(ReadOnlySpan<byte> utf8) => FromSha256(SHA256.HashData(utf8));

    /// <summary>The hash of a text of which the SHA-256 is known.</summary>
    /// <param name="sha256">All 32 bytes.</param>
    internal static UInt128 FromSha256(byte[] sha256) => BinaryPrimitives.ReadUInt128BigEndian(sha256);
}
