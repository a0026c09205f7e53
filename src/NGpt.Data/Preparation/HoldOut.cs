using NGpt.Data.Corpora;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NGpt.Core.Errors;

namespace NGpt.Data.Preparation;

/// <summary>
/// Which text is held out for validation. With <see cref="ManyDocuments"/> documents or more, whole documents are, chosen by
/// a hash of their names: adding documents, or text to a document, moves no other document to the other side. With
/// fewer, the end of the text is, cut at a line where one ends nearby.
/// </summary>
public static class HoldOut
{
    /// <summary>From how many documents on whole documents are held out.</summary>
    public const int ManyDocuments = 20;

    /// <summary>The fraction of the documents that is held out unless another is asked for.</summary>
    public const double DefaultDocumentFraction = 0.05;

    /// <summary>The fraction of a text of few documents that is held out unless another is asked for.</summary>
    public const double DefaultTailFraction = 0.10;

    /// <summary>The largest fraction that can be asked for.</summary>
    public const double MaximumFraction = 0.5;

    private const int LongestSearch = 4096;

    /// <summary>True where a document of this name is held out from a corpus of many documents.</summary>
    /// <param name="documentName">The document's name inside the corpus.</param>
    /// <param name="fraction">The fraction to hold out.</param>
    public static bool Holds(string documentName, double fraction) => IsBelow(NameHash(documentName), fraction);

    /// <summary>Refuses a fraction outside (0, <see cref="MaximumFraction"/>].</summary>
    /// <param name="fraction">The fraction, or null for the default.</param>
    /// <exception cref="UsageException">The fraction is out of range.</exception>
    internal static void Check(double? fraction)
    {
        if (fraction is { } value && !(value > 0 && value <= MaximumFraction))
        {
            throw new UsageException($"the validation fraction is {value}, allowed are values above 0 up to {MaximumFraction}", $"leave it out for {DefaultDocumentFraction} of many documents or {DefaultTailFraction} of one text");
        }
    }

    /// <summary>A hash of a name that is the same on every machine and in every version.</summary>
    /// <param name="documentName">The name.</param>
    internal static ulong NameHash(string documentName) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(documentName)));

    /// <summary>Divides the documents of a spool.</summary>
    /// <param name="spool">The documents.</param>
    /// <param name="fraction">The fraction to hold out, or null for the default.</param>
    /// <exception cref="UsageException">There is too little text to divide.</exception>
    internal static List<TextSegment> Divide(DocumentSpool spool, double? fraction)
    {
        List<TextSegment> segments = spool.Documents.Count >= ManyDocuments
            ? ByDocument(spool, fraction ?? DefaultDocumentFraction)
            : ByPosition(spool, fraction ?? DefaultTailFraction);
        return segments.Exists(segment => segment.IsValidation) && segments.Exists(segment => !segment.IsValidation)
            ? segments
            : throw new UsageException($"the text has {spool.Length:N0} bytes: too little to hold some out for validation", "give more text");
    }

    private static bool IsBelow(ulong hash, double fraction) => (hash >> 11) < fraction * (1UL << 53);

    private static List<TextSegment> ByDocument(DocumentSpool spool, double fraction)
    {
        // Where the hash picks nothing (likely with 20 documents), the document with the least hash is held out.
        ulong least = spool.Documents.Min(document => document.NameHash);
        bool any = IsBelow(least, fraction);
        return [.. spool.Documents.Select(document => new TextSegment(document.Start, document.Length, any ? IsBelow(document.NameHash, fraction) : document.NameHash == least))];
    }

    private static List<TextSegment> ByPosition(DocumentSpool spool, double fraction)
    {
        long cut = Cut(spool, fraction);
        var segments = new List<TextSegment>();
        foreach (SpooledDocument document in spool.Documents)
        {
            long before = Math.Clamp(cut - document.Start, 0, document.Length);
            if (before > 0)
            {
                segments.Add(new TextSegment(document.Start, before, IsValidation: false));
            }

            if (before < document.Length)
            {
                segments.Add(new TextSegment(document.Start + before, document.Length - before, IsValidation: true));
            }
        }

        return segments;
    }

    /// <summary>The end of the line that ends nearest to the wanted place; the beginning of a character where no line ends nearby.</summary>
    private static long Cut(DocumentSpool spool, double fraction)
    {
        long target = spool.Length - (long)Math.Round(spool.Length * fraction);
        int reach = (int)Math.Min(LongestSearch, Math.Min(spool.Length - target, target) / 4);

        // At least four bytes back, so that the beginning of a character is among them.
        long from = Math.Max(0, target - Math.Max(reach, 4));
        byte[] around = spool.Read(from, (int)(Math.Min(spool.Length, target + reach + 1) - from));
        int middle = (int)(target - from);
        int best = -1;
        for (int after = 1; after <= around.Length; after++)
        {
            if (around[after - 1] == (byte)'\n' && Math.Abs(after - middle) <= reach && (best < 0 || Math.Abs(after - middle) < Math.Abs(best - middle)))
            {
                best = after;
            }
        }

        if (best >= 0)
        {
            return from + best;
        }

        while (middle > 0 && middle < around.Length && Utf8Boundary.IsContinuation(around[middle]))
        {
            middle--;
        }

        return from + middle;
    }
}
