using System.Buffers;
using System.Text;
using NGpt.Core.Tokenizers.Splitting;

namespace NGpt.Core.Tokenizers.Normalization;

/// <summary>
/// A step that changes a text before it is cut into pieces. Bytes that are not UTF-8 are left as they are. Immutable and safe
/// to share between threads.
/// </summary>
internal abstract class Normalizer
{
    /// <summary>Changes a text; null where it stays as it is.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="position">Where the text stands.</param>
    /// <param name="budget">The time that regular expressions may take.</param>
    public abstract byte[]? Normalize(ReadOnlySpan<byte> utf8, PiecePosition position, TextBudget budget);
}

/// <summary>Where a stretch of text stands, which decides what may be put before it.</summary>
internal enum PiecePosition
{
    /// <summary>The text begins with it.</summary>
    Beginning,

    /// <summary>Behind an added token, or behind another piece.</summary>
    Inside,

    /// <summary>It continues the text of the call before.</summary>
    Continuation,
}

/// <summary>Several steps, one after the other.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<Normalizer> steps) : Normalizer
{
    public override byte[]? Normalize(ReadOnlySpan<byte> utf8, PiecePosition position, TextBudget budget)
    {
        byte[]? changed = null;
        foreach (Normalizer step in steps)
        {
            changed = step.Normalize(changed is null ? utf8 : changed, position, budget) ?? changed;
        }

        return changed;
    }
}

/// <summary>Puts a text before every text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(prefix);

    public override byte[]? Normalize(ReadOnlySpan<byte> utf8, PiecePosition position, TextBudget budget) =>
        utf8.IsEmpty || _prefix.Length == 0 || position == PiecePosition.Continuation || budget.RequireSize((long)_prefix.Length + utf8.Length) == 0 ? null : [.. _prefix, .. utf8];
}

/// <summary>Replaces every match.</summary>
internal sealed class ReplaceNormalizer(ITextMatcher matcher, string content) : Normalizer
{
    private readonly byte[] _content = Encoding.UTF8.GetBytes(content);

    public override byte[]? Normalize(ReadOnlySpan<byte> utf8, PiecePosition position, TextBudget budget) => Replacement.Of(utf8, matcher, _content, budget);
}

/// <summary>Takes white space away from the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override byte[]? Normalize(ReadOnlySpan<byte> utf8, PiecePosition position, TextBudget budget)
    {
        ReadOnlySpan<byte> rest = utf8;
        while (left && position != PiecePosition.Continuation && Rune.DecodeFromUtf8(rest, out Rune first, out int length) == OperationStatus.Done && Rune.IsWhiteSpace(first))
        {
            rest = rest[length..];
        }

        while (right && Rune.DecodeLastFromUtf8(rest, out Rune last, out int length) == OperationStatus.Done && Rune.IsWhiteSpace(last))
        {
            rest = rest[..^length];
        }

        return rest.Length == utf8.Length ? null : rest.ToArray();
    }
}

/// <summary>A step that looks at one character at a time.</summary>
internal abstract class CharacterNormalizer : Normalizer
{
    public override byte[]? Normalize(ReadOnlySpan<byte> utf8, PiecePosition position, TextBudget budget)
    {
        ArrayBufferWriter<byte>? changed = null;
        int kept = 0;
        Span<byte> encoded = stackalloc byte[16];
        for (int place = 0; place < utf8.Length;)
        {
            bool isText = Rune.DecodeFromUtf8(utf8[place..], out Rune character, out int length) == OperationStatus.Done;
            if (isText && Change(character, encoded) is >= 0 and int size && !encoded[..size].SequenceEqual(utf8.Slice(place, length)))
            {
                changed ??= new ArrayBufferWriter<byte>(utf8.Length + 16);
                changed.Write(utf8[kept..place]);
                changed.Write(encoded[..size]);
                kept = place + length;
            }

            place += length;
        }

        changed?.Write(utf8[kept..]);
        return changed?.WrittenSpan.ToArray();
    }

    /// <summary>Writes what becomes of a character; -1 where it stays.</summary>
    protected abstract int Change(Rune character, Span<byte> utf8);
}

/// <summary>Lower case, each character by itself.</summary>
internal sealed class LowercaseNormalizer : CharacterNormalizer
{
    protected override int Change(Rune character, Span<byte> utf8)
    {
        // The only character whose lower case is two.
        const int CapitalDottedI = 0x130;
        if (character.Value != CapitalDottedI)
        {
            return Rune.ToLowerInvariant(character).EncodeToUtf8(utf8);
        }

        "i\u0307"u8.CopyTo(utf8);
        return 3;
    }
}

/// <summary>Takes combining marks away, which accents are after a decomposition (NFD).</summary>
internal sealed class StripAccentsNormalizer : CharacterNormalizer
{
    protected override int Change(Rune character, Span<byte> utf8) => CharacterSets.IsMark(character) ? 0 : -1;
}

/// <summary>GPT-2's stand-ins for bytes, as a step that changes the text.</summary>
internal sealed class ByteLevelNormalizer : Normalizer
{
    public override byte[]? Normalize(ReadOnlySpan<byte> utf8, PiecePosition position, TextBudget budget) => utf8.IsEmpty ? null : Encoding.UTF8.GetBytes(ByteToUnicode.Name(utf8));
}

/// <summary>Replaces the matches in a text.</summary>
internal static class Replacement
{
    /// <summary>The text with every match replaced; null where there is none.</summary>
    public static byte[]? Of(ReadOnlySpan<byte> utf8, ITextMatcher matcher, byte[] content, TextBudget budget)
    {
        List<TextMatch> matches = [];
        matcher.Find(utf8, matches, budget);
        if (matches.Count == 0)
        {
            return null;
        }

        long size = utf8.Length + ((long)content.Length * matches.Count) - matches.Sum(match => (long)(match.End - match.Start));
        var changed = new ArrayBufferWriter<byte>(Math.Max(1, budget.RequireSize(size)));
        int kept = 0;
        foreach (TextMatch match in matches)
        {
            changed.Write(utf8[kept..match.Start]);
            changed.Write(content);
            kept = match.End;
        }

        changed.Write(utf8[kept..]);
        return changed.WrittenSpan.ToArray();
    }
}
