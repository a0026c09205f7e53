using System.Globalization;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Core.Tokenizers;

/// <summary>Which tokenizer a dataset gets, as people write it: <c>bytes</c>, <c>characters</c>, <c>bpe</c>, <c>bpe:8192</c>, or a file.</summary>
public sealed record TokenizerChoice
{
    /// <summary>Vocabulary of <c>bpe</c> without a number.</summary>
    public const int DefaultVocabularySize = 4096;

    private const string BytePairWord = "bpe";

    private TokenizerChoice(TokenizerKind kind) => Kind = kind;

    /// <summary>Bytes.</summary>
    public static TokenizerChoice Bytes { get; } = new(TokenizerKind.Bytes);

    /// <summary>Characters.</summary>
    public static TokenizerChoice Characters { get; } = new(TokenizerKind.Characters);

    /// <summary>Where the tokens come from.</summary>
    public TokenizerKind Kind { get; }

    /// <summary>V of <see cref="TokenizerKind.BytePairs"/>, else 0.</summary>
    public int VocabularySize { get; private init; }

    /// <summary>Full path of <see cref="TokenizerKind.File"/>, else null.</summary>
    public string? Path { get; private init; }

    /// <summary>The choice as one word that <see cref="Parse"/> reads back.</summary>
    public string Word => Kind switch
    {
        TokenizerKind.Bytes => "bytes",
        TokenizerKind.Characters => "characters",
        TokenizerKind.BytePairs => string.Create(CultureInfo.InvariantCulture, $"{BytePairWord}:{VocabularySize}"),
        _ => Path!,
    };

    /// <summary>Byte pairs, trained on the text.</summary>
    /// <param name="vocabularySize">V, from <see cref="BytePairTrainer.MinVocabularySize"/> to <see cref="BytePairTrainer.MaxVocabularySize"/>.</param>
    /// <returns>The choice.</returns>
    /// <exception cref="UsageException">V is out of range.</exception>
    public static TokenizerChoice BytePairs(int vocabularySize) => vocabularySize is >= BytePairTrainer.MinVocabularySize and <= BytePairTrainer.MaxVocabularySize
        ? new TokenizerChoice(TokenizerKind.BytePairs) { VocabularySize = vocabularySize }
        : throw new UsageException($"a vocabulary of {vocabularySize:N0} byte pairs is outside {BytePairTrainer.MinVocabularySize:N0} to {BytePairTrainer.MaxVocabularySize:N0}");

    /// <summary>Reads a choice.</summary>
    /// <param name="word">What the user wrote.</param>
    /// <returns>The choice.</returns>
    /// <exception cref="UsageException">It is none.</exception>
    public static TokenizerChoice Parse(string word)
    {
        ArgumentException.ThrowIfNullOrEmpty(word);
        return word switch
        {
            "bytes" => Bytes,
            "characters" => Characters,
            BytePairWord => BytePairs(DefaultVocabularySize),
            _ when word.StartsWith(BytePairWord + ":", StringComparison.Ordinal) => BytePairs(Number(word)),
            _ when System.IO.File.Exists(word) || Directory.Exists(word) => new TokenizerChoice(TokenizerKind.File) { Path = System.IO.Path.GetFullPath(TokenizerFile.OfRun(word)) },
            _ => throw new UsageException(
                $"\"{word}\" is not a tokenizer: {Near(word)}", "give bytes, characters, bpe, bpe:N for a vocabulary of N, or the path of a tokenizer file or run folder"),
        };
    }

    private static int Number(string word) =>
        int.TryParse(word.AsSpan(BytePairWord.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            ? size
            : throw new UsageException($"\"{word}\" is not a tokenizer: what follows the colon is not an integer", "write, for example, bpe:8192");

    private static string Near(string word) => Spelling.Nearest(word, ["bytes", "characters", BytePairWord]) is string nearest
        ? $"did you mean {nearest}?"
        : FileKind.DescribeMissing(word, "file either");
}

/// <summary>Where the tokens of a dataset come from.</summary>
public enum TokenizerKind
{
    /// <summary>One token a byte of UTF-8; every text can be encoded.</summary>
    Bytes,

    /// <summary>One token a character that occurs in the text.</summary>
    Characters,

    /// <summary>Byte-level BPE, trained on the training documents themselves.</summary>
    BytePairs,

    /// <summary>A tokenizer that exists already, in a file.</summary>
    File,
}
