using System.Text;
using System.Text.RegularExpressions;

namespace NGpt.Data.Corpora;

/// <summary>What was left out for one kind of reason: how many, and the first as an example.</summary>
/// <param name="Count">How many.</param>
/// <param name="First">The first of them.</param>
public sealed partial record LeftOut(long Count, RejectedDocument First)
{
    /// <summary>The most kinds of reasons that are told apart; further ones count with the last.</summary>
    public const int MaxKinds = 20;

    /// <summary>How many, then the first of them with its reason and the beginning of its text: one line.</summary>
    public string Describe()
    {
        string beginning = string.IsNullOrEmpty(First.Beginning) ? "" : $": {First.Beginning}";
        return $"{Count:N0} × {First.Name} ({First.Reason}){beginning}";
    }

    /// <summary>Adds entries to counts by the kind of their reason.</summary>
    /// <param name="counts">The counts so far; unchanged.</param>
    /// <param name="rejected">What was left out.</param>
    public static IReadOnlyList<LeftOut> Add(IReadOnlyList<LeftOut> counts, params IEnumerable<RejectedDocument> rejected)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(rejected);
        return Merge(counts, rejected.Select(document => new LeftOut(1, document)));
    }

    /// <summary>Adds counts to others.</summary>
    internal static IReadOnlyList<LeftOut> Merge(IReadOnlyList<LeftOut> counts, IEnumerable<LeftOut> more)
    {
        List<LeftOut>? result = null;
        foreach (LeftOut next in more)
        {
            result ??= [.. counts];
            string kind = KindOf(next.First.Reason);
            int place = result.FindIndex(known => KindOf(known.First.Reason) == kind);
            if (place < 0 && result.Count == MaxKinds)
            {
                place = MaxKinds - 1;
            }

            if (place < 0)
            {
                result.Add(next);
            }
            else
            {
                result[place] = result[place] with { Count = result[place].Count + next.Count };
            }
        }

        return result ?? counts;
    }

    // A reason without its details: what stands behind a colon or in parentheses, places, and characters in quotes.
    private static string KindOf(string reason) => Details().Replace(reason, "");

    [GeneratedRegex(@": .*$| \(.*$| at (?:byte|offset|position) .*$|'[^']*'|0x[0-9A-Fa-f]+|[0-9][0-9,]*", RegexOptions.NonBacktracking)]
    private static partial Regex Details();
}

/// <summary>The beginning of a text, to show what was left out.</summary>
internal static class TextBeginning
{
    private const int MaxLength = 60;

    /// <summary>The first characters on one line, without control characters.</summary>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        string text = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 4 * MaxLength)]);
        int length = Math.Min(text.Length, MaxLength);
        length -= length > 0 && length < text.Length && char.IsHighSurrogate(text[length - 1]) ? 1 : 0;
        string shown = string.Concat(text[..length].Select(c => char.IsControl(c) ? ' ' : c));
        return length < text.Length ? shown + "…" : shown;
    }
}
