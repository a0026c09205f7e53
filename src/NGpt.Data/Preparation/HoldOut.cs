using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using NGpt.Core.Errors;

namespace NGpt.Data.Preparation;

/// <summary>
/// Which text is held out for validation. With <see cref="ManyDocuments"/> documents or more, whole documents are, chosen by
/// a hash of their text: adding documents moves no other to the other side, and equal documents are on the same side. With
/// fewer, the end of the text is, cut at a line where one ends nearby.
/// </summary>
public sealed record HoldOut
{
    /// <summary>From how many documents on whole documents are held out.</summary>
    public const int ManyDocuments = 20;

    /// <summary>The fraction of the documents that is held out unless another is asked for.</summary>
    public const double DefaultDocumentFraction = 0.05;

    /// <summary>The fraction of a text of few documents that is held out unless another is asked for.</summary>
    public const double DefaultTailFraction = 0.10;

    /// <summary>The largest fraction that can be asked for.</summary>
    public const double MaximumFraction = 0.5;

    /// <summary>How far behind the wanted place a line may end for the text to be cut there, in bytes.</summary>
    internal const int MaxSearchLength = 4096;

    /// <summary>The fraction of documents to hold out by hash; null where the text is cut.</summary>
    [JsonInclude]
    internal double? Fraction { get; init; }

    /// <summary>A document that is held out although its hash is above the fraction, where none else is.</summary>
    [JsonInclude]
    internal UInt128? Chosen { get; init; }

    /// <summary>Bytes of text before the place where it is cut; null where documents are chosen.</summary>
    [JsonInclude]
    internal long? Cut { get; init; }

    /// <summary>The hash of a document: the first 16 bytes of the SHA-256 of its text.</summary>
    /// <param name="utf8">The whole text.</param>
    /// <returns>The hash, the same on every machine and in every version.</returns>
    public static UInt128 ContentHash(ReadOnlySpan<byte> utf8)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>Refuses a fraction outside (0, <see cref="MaximumFraction"/>].</summary>
    /// <param name="fraction">The fraction, or null for the default.</param>
    /// <exception cref="UsageException">The fraction is out of range.</exception>
    public static void Check(double? fraction)
    {
        if (fraction is { } value && !(value > 0 && value <= MaximumFraction))
        {
            throw new UsageException($"the validation fraction is {value}, allowed are values above 0 up to {MaximumFraction}", $"leave it out for {DefaultDocumentFraction} of many documents or {DefaultTailFraction} of one text");
        }
    }

    /// <summary>True where a document is held out.</summary>
    /// <param name="hash">Its <see cref="ContentHash"/>.</param>
    internal bool Holds(UInt128 hash) => IsBelow(hash, Fraction!.Value) || hash == Chosen;

    /// <summary>Decides how a corpus is divided.</summary>
    /// <param name="survey">What is known of it.</param>
    /// <param name="fraction">The fraction to hold out, or null for the default.</param>
    /// <exception cref="UsageException">There is too little text to divide.</exception>
    internal static HoldOut Decide(CorpusSurvey survey, double? fraction)
    {
        if (!survey.IsComplete)
        {
            return new HoldOut { Fraction = fraction ?? DefaultDocumentFraction };
        }

        if (survey.Hashes.Count >= ManyDocuments)
        {
            // Where the hash picks nothing (likely with 20 documents), the document with the least hash is held out.
            double share = fraction ?? DefaultDocumentFraction;
            UInt128 min = survey.Hashes.Min();
            return new HoldOut { Fraction = share, Chosen = IsBelow(min, share) ? null : min };
        }

        long cut = survey.Bytes - (long)Math.Round(survey.Bytes * (fraction ?? DefaultTailFraction));
        return cut >= 1 && cut < survey.Bytes
            ? new HoldOut { Cut = cut }
            : throw new UsageException($"the text has {survey.Bytes:N0} bytes: too little to hold some out for validation", "give more text");
    }

    private static bool IsBelow(UInt128 hash, double fraction) => (ulong)(hash >> 75) < fraction * (1UL << 53);
}
