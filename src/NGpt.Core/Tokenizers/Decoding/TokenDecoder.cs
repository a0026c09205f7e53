using System.Buffers;
using System.Globalization;
using System.Text;
using NGpt.Core.Tokenizers.Normalization;
using NGpt.Core.Tokenizers.Splitting;

namespace NGpt.Core.Tokenizers.Decoding;

/// <summary>From the names of tokens back to text. Immutable and safe to share between threads.</summary>
/// <param name="steps">The steps, each on what the one before it made.</param>
internal sealed class TokenDecoder(IReadOnlyList<DecoderStep> steps)
{
    /// <summary>What one token stands for wherever it is: without what happens at the ends of a text alone.</summary>
    public byte[] Bytes(string name, TextBudget budget)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        bool isFused = false;
        foreach (DecoderStep step in steps)
        {
            isFused |= step is FuseStep;
            bytes = isFused && step is StripStep ? bytes : step.OfToken(bytes, budget);
        }

        return bytes;
    }

    /// <summary>The text of tokens in a row.</summary>
    public string Decode(List<string> names)
    {
        var budget = new TextBudget(names.Sum(name => name.Length));
        foreach (DecoderStep step in steps)
        {
            names = names.Count == 0 ? names : step.OfTokens(names, budget);
        }

        return string.Join(steps.Count == 0 ? " " : string.Empty, names);
    }
}

/// <summary>A step from names to text.</summary>
internal abstract class DecoderStep
{
    /// <summary>What becomes of one token's bytes.</summary>
    public abstract byte[] OfToken(byte[] token, TextBudget budget);

    /// <summary>What becomes of tokens in a row, of which there is at least one.</summary>
    public virtual List<string> OfTokens(List<string> tokens, TextBudget budget) => [.. tokens.Select(token => Encoding.UTF8.GetString(OfToken(Encoding.UTF8.GetBytes(token), budget)))];
}

/// <summary>Puts all tokens together.</summary>
internal sealed class FuseStep : DecoderStep
{
    public override byte[] OfToken(byte[] token, TextBudget budget) => token;

    public override List<string> OfTokens(List<string> tokens, TextBudget budget) => [string.Concat(tokens)];
}

/// <summary>Replaces every match.</summary>
internal sealed class ReplaceStep(ITextMatcher matcher, string content) : DecoderStep
{
    private readonly byte[] _content = Encoding.UTF8.GetBytes(content);

    public override byte[] OfToken(byte[] token, TextBudget budget) => Replacement.Of(token, matcher, _content, budget) ?? token;
}

/// <summary>Takes a character away from the ends, so many times at most.</summary>
internal sealed class StripStep(Rune character, int start, int stop) : DecoderStep
{
    private readonly byte[] _character = Encoding.UTF8.GetBytes(character.ToString());

    public override byte[] OfToken(byte[] token, TextBudget budget)
    {
        ReadOnlySpan<byte> rest = token;
        for (int i = 0; i < start && rest.StartsWith(_character); i++)
        {
            rest = rest[_character.Length..];
        }

        for (int i = 0; i < stop && rest.EndsWith(_character); i++)
        {
            rest = rest[..^_character.Length];
        }

        return rest.Length == token.Length ? token : rest.ToArray();
    }
}

/// <summary>Makes bytes of tokens such as <c>&lt;0x0A&gt;</c>; bytes in a row that are not UTF-8 become U+FFFD one by one.</summary>
internal sealed class ByteFallbackStep : DecoderStep
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The byte that a name stands for.</summary>
    public static bool TryGetByte(ReadOnlySpan<byte> name, out byte value)
    {
        value = 0;
        return name is [(byte)'<', (byte)'0', (byte)'x', _, _, (byte)'>'] && byte.TryParse(name[3..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    public override byte[] OfToken(byte[] token, TextBudget budget) => TryGetByte(token, out byte value) ? [value] : token;

    public override List<string> OfTokens(List<string> tokens, TextBudget budget)
    {
        List<string> decoded = new(tokens.Count);
        List<byte> bytes = [];
        foreach (string token in tokens)
        {
            if (TryGetByte(Encoding.UTF8.GetBytes(token), out byte value))
            {
                bytes.Add(value);
            }
            else
            {
                Flush(bytes, decoded);
                decoded.Add(token);
            }
        }

        Flush(bytes, decoded);
        return decoded;
    }

    private static void Flush(List<byte> bytes, List<string> decoded)
    {
        if (bytes.Count == 0)
        {
            return;
        }

        try
        {
            decoded.Add(Strict.GetString([.. bytes]));
        }
        catch (DecoderFallbackException)
        {
            decoded.Add(new string('\uFFFD', bytes.Count));
        }

        bytes.Clear();
    }
}

/// <summary>Makes bytes of GPT-2's stand-ins, and text of the bytes of all tokens.</summary>
internal sealed class ByteLevelStep : DecoderStep
{
    // A name in other characters, as of an added token, is the text itself.
    public override byte[] OfToken(byte[] token, TextBudget budget) => ByteToUnicode.TryGetBytes(Encoding.UTF8.GetString(token), out byte[]? bytes) ? bytes : token;

    public override List<string> OfTokens(List<string> tokens, TextBudget budget)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (string token in tokens)
        {
            bytes.Write(OfToken(Encoding.UTF8.GetBytes(token), budget));
        }

        return [Encoding.UTF8.GetString(bytes.WrittenSpan)];
    }
}

/// <summary>Makes spaces of a visible mark; marks of the first token are left out where a mark was put before the text.</summary>
internal sealed class MetaspaceStep(Rune mark, bool isPrepended) : DecoderStep
{
    private readonly string _mark = mark.ToString();

    public override byte[] OfToken(byte[] token, TextBudget budget) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(token).Replace(_mark, " ", StringComparison.Ordinal));

    public override List<string> OfTokens(List<string> tokens, TextBudget budget) =>
        [.. tokens.Select((token, index) => token.Replace(_mark, index == 0 && isPrepended ? string.Empty : " ", StringComparison.Ordinal))];
}

/// <summary>Makes spaces of the mark of a word's end, except at the end of the text.</summary>
internal sealed class WordEndStep(string suffix) : DecoderStep
{
    public override byte[] OfToken(byte[] token, TextBudget budget) => Encoding.UTF8.GetBytes(Replaced(Encoding.UTF8.GetString(token), " "));

    public override List<string> OfTokens(List<string> tokens, TextBudget budget) => [.. tokens.Select((token, index) => Replaced(token, index == tokens.Count - 1 ? string.Empty : " "))];

    private string Replaced(string token, string by) => suffix.Length == 0 ? token : token.Replace(suffix, by, StringComparison.Ordinal);
}
