using System.Text;
using CsCheck;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Tokenizers;

/// <summary>Text to train and test tokenizers on.</summary>
internal static class SampleText
{
    private static readonly string[] Words =
        ["the", "of", "token", "tokenizer", "don't", "they'll", "normalized", "Transformer", "42", "1999", "größe", "naïve", "日本語", "привет", "🙂", "x=y;", "(see)", "a", "in", "ing"];

    /// <summary>Characters that patterns treat differently.</summary>
    private static readonly string[] Odd =
        ["'", "s", "S", "t", "re", "VE", "ll", "d", " ", "  ", "\t", "\n", "\r\n", "\r", "\u00a0", "\u3000", "\u2028", "7", "123", "٣", "½", "Ⅷ", "é", "e\u0301", "ß", "Ж", "漢字", "שלום", "مرحبا", "🙂", "👩‍👩‍👧", "𝒳", "𠀀", "𝟗", "!", "...", "_", "\0", "\u200b", "\u0085", "/"];

    /// <summary>Random text of odd parts, or of any characters at all.</summary>
    public static Gen<string> Any { get; } = Gen.OneOf(
        Gen.Int[0, Odd.Length - 1].Select(index => Odd[index]).Array[0, 20].Select(parts => string.Concat(parts)),
        Gen.String.Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))));

    /// <summary>Random bytes: text, text with broken places, or anything.</summary>
    public static Gen<byte[]> AnyBytes { get; } = Gen.OneOf(
        Any.Select(Encoding.UTF8.GetBytes),
        Gen.Select(Any, Gen.Byte.Array[0, 4], Any).Select((left, middle, right) => (byte[])[.. Encoding.UTF8.GetBytes(left), .. middle, .. Encoding.UTF8.GetBytes(right)]),
        Gen.Byte.Array);

    /// <summary>Text of words, always the same for a seed.</summary>
    public static string Of(int words, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (int i = 0; i < words; i++)
        {
            // Low numbers more often, and some words that occur nowhere else.
            string word = Words[Math.Min(random.Next(Words.Length), random.Next(Words.Length))];
            text.Append(random.Next(9) switch { 0 => "\n", 1 => "  ", _ => " " }).Append(random.Next(12) == 0 ? $"{word}{random.Next(1000)}{word}" : word);
        }

        return text.ToString();
    }

    /// <summary>A tokenizer trained on such text.</summary>
    public static BytePairTokenizer Trained(SplitPattern pattern, int vocabularySize = 600, int seed = 1)
    {
        using var trainer = new BytePairTrainer(pattern, threads: 1);
        trainer.Add(Encoding.UTF8.GetBytes(Of(20_000, seed)), TestContext.Current.CancellationToken);
        return trainer.Train(vocabularySize, cancellationToken: TestContext.Current.CancellationToken);
    }
}
