using System.Buffers;
using System.Text;
using NGpt.Core.Tokenizers;

namespace NGpt.TokenizerConformance;

/// <summary>One tokenizer file, compared with a library on many strings.</summary>
/// <param name="Tokenizer">The file.</param>
/// <param name="Reference">The library.</param>
/// <param name="Strings">Strings compared.</param>
/// <param name="Tokens">Tokens compared.</param>
/// <param name="DifferingIds">Strings with other ids.</param>
/// <param name="DifferingTexts">Strings whose ids decode to another text.</param>
/// <param name="First">The first difference; null where there is none.</param>
internal sealed record Comparison(string Tokenizer, string Reference, int Strings, long Tokens, int DifferingIds, int DifferingTexts, string? First)
{
    /// <summary>Compares.</summary>
    public static Comparison Of(string path, ITokenizer tokenizer, IReference reference, SampleStrings samples, int count, TextWriter? details)
    {
        long tokens = 0;
        int differingIds = 0;
        int differingTexts = 0;
        string? first = null;
        for (int number = 0; number < count; number++)
        {
            string text = samples[number];
            int[] expected = reference.Encode(text);
            int[] ids = Encode(tokenizer, text);
            tokens += expected.Length;
            string? difference = null;
            if (!ids.AsSpan().SequenceEqual(expected))
            {
                differingIds++;
                difference = $"{number}: {Shown(text)}: {Around(expected, ids)} is {Around(ids, expected)}";
            }
            else if (reference.Decode(expected) is string decoded && tokenizer.Decode(expected) is var own && own != decoded)
            {
                differingTexts++;
                difference = $"{number}: decoded {Shown(decoded)} is {Shown(own)}";
            }

            if (difference is not null)
            {
                details?.WriteLine($"{path}: {difference}");
                first ??= difference;
            }
        }

        return new Comparison(path, reference.Name, count, tokens, differingIds, differingTexts, first);
    }

    /// <summary>The ids of a text in which special tokens are recognized.</summary>
    public static int[] Encode(ITokenizer tokenizer, string text)
    {
        if (tokenizer is not BytePairTokenizer pairs)
        {
            return tokenizer.Encode(text);
        }

        ArrayBufferWriter<int> ids = new(Math.Max(16, text.Length));
        pairs.Encode(Encoding.UTF8.GetBytes(text), ids, recognizesSpecialTokens: true);
        return ids.WrittenSpan.ToArray();
    }

    private static string Shown(string text) =>
        string.Concat(text.Select(character => character is > ' ' and < '\u007F' || (character > '\u00A0' && char.IsLetter(character)) ? character.ToString() : character == ' ' ? " " : $"\\u{(int)character:X4}"));

    private static string Around(int[] ids, int[] others)
    {
        int same = ids.AsSpan().CommonPrefixLength(others);
        return $"…{string.Join(' ', ids.Skip(Math.Max(0, same - 1)).Take(6))}…";
    }
}
