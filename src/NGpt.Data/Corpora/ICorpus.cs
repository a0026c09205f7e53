using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NGpt.Data.Corpora;

/// <summary>
/// A source of documents. Reading it again gives the same entries in the same order as long as the source is unchanged,
/// and reading can begin at any place that an earlier reading reached.
/// </summary>
public interface ICorpus
{
    /// <summary>A human-readable description: one line.</summary>
    string Description { get; }

    /// <summary>Bytes of all sources as they lie on the disk, for showing how far a reading is; null where that is not known.</summary>
    long? SourceBytes { get; }

    /// <summary>Whether the documents are conversations: all have <see cref="Document.Answers"/>.</summary>
    bool HasAnswers => false;

    /// <summary>Reads entries one after the other: documents, pieces of long ones, and what had to be left out.</summary>
    /// <param name="from">Where to begin: the default value, or the <see cref="CorpusEntry.Next"/> of an entry.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The entries; read lazily.</returns>
    /// <exception cref="Core.Errors.NGptException">The source cannot be read, or nothing usable is in it.</exception>
    IEnumerable<CorpusEntry> Read(CorpusPosition from, CancellationToken cancellationToken);

    /// <summary>
    /// A hash that is cheap to compute and changes when the source or the way of reading it does (names, sizes, times of
    /// change, options, version of the reader). It is the key under which prepared data is kept.
    /// </summary>
    /// <returns>The hash in hexadecimal.</returns>
    /// <exception cref="Core.Errors.NGptException">The source does not exist.</exception>
    string SourceFingerprint();
}

/// <summary>One thing that a corpus holds: a document or a piece of one, or something that had to be left out.</summary>
public sealed record CorpusEntry
{
    /// <summary>The document or piece; null where it was left out.</summary>
    public Document? Document { get; init; }

    /// <summary>What was left out, and why; null for a document.</summary>
    public RejectedDocument? Rejected { get; init; }

    /// <summary>Whether bytes of the document that were not UTF-8 were replaced by U+FFFD.</summary>
    public bool WasRepaired { get; init; }

    /// <summary>The place behind this entry, where another read can resume.</summary>
    public required CorpusPosition Next { get; init; }

    /// <summary>Bytes of the sources, as they lie on the disk, that were read up to here since the beginning of the corpus.</summary>
    public required long SourceBytesRead { get; init; }
}

/// <summary>A place between two entries of a corpus. The default value is the beginning.</summary>
/// <param name="Source">Sources (files) that lie behind it as a whole.</param>
/// <param name="Entry">Entries of the next source that lie behind it; lines of a file of lines, whether or not they gave an entry.</param>
public readonly record struct CorpusPosition(int Source, long Entry);

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

    /// <summary>
    /// Where the answers of a conversation lie in the text, ascending; null where the text is no conversation. Each part is
    /// tokenized by itself, as a prompt and what follows it are.
    /// </summary>
    public IReadOnlyList<DocumentSpan>? Answers { get; init; }

    /// <summary>The hash of a whole text as <see cref="ContentHash"/> has it.</summary>
    /// <param name="utf8">The text.</param>
    public static UInt128 HashOf(ReadOnlySpan<byte> utf8) => FromSha256(SHA256.HashData(utf8));

    /// <summary>The hash of a text of which the SHA-256 is known.</summary>
    internal static UInt128 FromSha256(byte[] sha256) => BinaryPrimitives.ReadUInt128BigEndian(sha256);
}

/// <summary>A file, line or row that was left out of a corpus.</summary>
/// <param name="Name">Its name inside the corpus.</param>
/// <param name="Reason">Why: one clause, with the place where it is known.</param>
public sealed record RejectedDocument(string Name, string Reason)
{
    /// <summary>How its text or line begins, shortened and without control characters; null where there is none to show.</summary>
    public string? Beginning { get; init; }
}

/// <summary>A part of a document's text.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">Its length in bytes, above 0.</param>
public readonly record struct DocumentSpan(int Start, int Length)
{
    /// <summary>The byte behind it.</summary>
    public int End => Start + Length;
}
