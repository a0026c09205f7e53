using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Data.Corpora;

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

    /// <summary>Rejects a fraction outside (0, <see cref="DataConfig.MaxValidationFraction"/>].</summary>
    /// <param name="fraction">The fraction, or null for the default.</param>
    /// <exception cref="UsageException">The fraction is out of range.</exception>
    public static void Validate(double? fraction)
    {
        if (fraction is { } value && !(value > 0 && value <= DataConfig.MaxValidationFraction))
        {
            throw new UsageException($"the validation fraction is {value}, allowed are values above 0 up to {DataConfig.MaxValidationFraction}", $"leave it out for {DefaultDocumentFraction} of many documents or {DefaultTailFraction} of one text");
        }
    }

    /// <summary>True where a document is held out.</summary>
    internal bool Holds(UInt128 hash) => IsBelow(hash, Fraction!.Value) || hash == Chosen;

    /// <summary>Decides how a corpus is divided.</summary>
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

/// <summary>A first look at a corpus: how many documents there are, as far as that decides how it is divided.</summary>
/// <param name="IsComplete">Whether the whole corpus was read: it has fewer than <see cref="MaxDocuments"/> documents.</param>
/// <param name="Hashes">Content hashes of the documents read.</param>
/// <param name="Bytes">Bytes of text read.</param>
internal sealed record CorpusSurvey(bool IsComplete, IReadOnlyList<UInt128> Hashes, long Bytes)
{
    /// <summary>
    /// A corpus of as many documents needs no further look: that a fraction of 1% or more holds none of them out has a
    /// probability below 2e-5 for 1,100 documents.
    /// </summary>
    public const int MaxDocuments = 1_100;

    /// <summary>Reads a corpus until it is known well enough.</summary>
    public static CorpusSurvey Of(ICorpus corpus, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        var hashes = new List<UInt128>();
        long bytes = 0;
        foreach (CorpusEntry entry in corpus.Read(default, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.Document is not { } document)
            {
                continue;
            }

            if (!document.IsContinuation)
            {
                if (hashes.Count == MaxDocuments)
                {
                    return new CorpusSurvey(IsComplete: false, hashes, bytes);
                }

                hashes.Add(document.ContentHash ?? HoldOut.ContentHash(document.Utf8.Span));
            }

            bytes += document.Utf8.Length;
            progress?.Invoke(hashes.Count, bytes);
        }

        return new CorpusSurvey(IsComplete: true, hashes, bytes);
    }
}
