using System.Buffers.Text;
using System.Globalization;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers.BytePair;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>
/// Reads a tiktoken file: a line for each token, its bytes in base64 and its rank, which is its id. Merges are not written
/// down: any two neighbours whose bytes together are a token merge, the lowest rank first. Inside the bytes of one token that
/// always comes to the same last two parts, whatever surrounds them; so that pair is the token's one merge.
/// </summary>
internal sealed class TiktokenReader
{
    // A longer token cannot be searched for its merge in reasonable time, and the published ones have at most 128 bytes.
    private const int MaxTokenLength = 256;

    private readonly string _path;
    private readonly SortedDictionary<int, byte[]> _tokens = [];

    private TiktokenReader(string path) => _path = path;

    /// <summary>
    /// Reads a file. A published one is recognized by its content. For any other the pattern follows from the name (GPT-2's for
    /// <c>gpt2</c>, <c>r50k</c> and <c>p50k</c>, o200k's for <c>o200k</c>, else GPT-4's), and end-of-text takes the one rank
    /// that is missing, or follows the last one; a warning says so.
    /// </summary>
    public static ITokenizer Read(string path, byte[] bytes, Action<string>? onWarning) => Read(path, bytes, KnownRanks.Published, onWarning);

    /// <summary>Reads a file, which may be one of these.</summary>
    public static BytePairTokenizer Read(string path, byte[] bytes, IReadOnlyList<KnownRanks> known, Action<string>? onWarning) =>
        new TiktokenReader(path).Read(JsonChecks.WithoutMark(bytes).Span, known, onWarning);

    private BytePairTokenizer Read(ReadOnlySpan<byte> text, IReadOnlyList<KnownRanks> known, Action<string>? onWarning)
    {
        int number = 0;
        foreach (Range range in text.Split((byte)'\n'))
        {
            number++;
            ReadOnlySpan<byte> line = text[range].TrimEnd((byte)'\r');
            if (!line.IsEmpty)
            {
                ReadLine(line, number);
            }
        }

        Require(_tokens.Count > 0, "the file holds no tokens");
        int length = _tokens.Keys.Last() + 1;
        Require(length - _tokens.Count <= 1, $"{length - _tokens.Count:N0} ranks are missing below {length:N0}, at most one may be");
        var all = new byte[]?[length];
        foreach ((int rank, byte[] token) in _tokens)
        {
            all[rank] = token;
        }

        try
        {
            KnownRanks[] candidates = [.. known.Where(one => one.Count == _tokens.Count)];
            string digest = candidates.Length == 0 ? string.Empty : KnownRanks.DigestOf(_tokens);
            return Build(all, candidates.FirstOrDefault(one => one.Digest == digest) ?? Assumed(all, onWarning));
        }
        catch (ArgumentException error)
        {
            throw Failure(error.Message);
        }
    }

    private BytePairTokenizer Build(byte[]?[] all, KnownRanks ranks)
    {
        TokenizerParts parts = TokenizerParts.OfBytes(all, Merges(all), ranks.Pattern, ranks.ControlTokens, ignoresMerges: true);
        return new BytePairTokenizer(parts with { Normalizer = ranks.Normalizer });
    }

    private KnownRanks Assumed(byte[]?[] all, Action<string>? onWarning)
    {
        SplitPattern pattern = PatternOf(Path.GetFileName(_path));
        int gap = Array.IndexOf(all, null);
        var endOfText = new AddedToken(gap >= 0 ? gap : all.Length, BytePairTokenizer.EndOfTextNames[0]);
        string name = pattern == SplitPattern.Gpt2 ? "GPT-2's" : pattern == SplitPattern.Gpt4 ? "GPT-4's" : "o200k's";
        onWarning?.Invoke($"{_path}: these ranks are none of the published ones: {name} split pattern is assumed, and end-of-text is token {endOfText.Id}");
        return new KnownRanks("assumed", _tokens.Count, string.Empty, pattern, [endOfText]);
    }

    private void ReadLine(ReadOnlySpan<byte> line, int number)
    {
        int space = line.IndexOf((byte)' ');
        Require(space > 0, $"line {number:N0} is not base64 and a rank with a space between them");
        var token = new byte[Base64.GetMaxDecodedFromUtf8Length(space)];
        bool isBase64 = Base64.DecodeFromUtf8(line[..space], token, out _, out int length) == System.Buffers.OperationStatus.Done;
        Require(isBase64 && length is > 0 and <= MaxTokenLength, $"line {number:N0} has no token of 1 to {MaxTokenLength:N0} bytes in base64");
        bool isRank = int.TryParse(line[(space + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int rank) && rank < BytePairTokenizer.MaxVocabularySize;
        Require(isRank, $"line {number:N0} has no rank below {BytePairTokenizer.MaxVocabularySize:N0}");
        Require(_tokens.TryAdd(rank, token[..length]), $"line {number:N0}: the rank {rank} is given twice");
    }

    private List<BytePairMerge> Merges(byte[]?[] all)
    {
        var table = new ByteStringTable([.. all.Select(token => token ?? [])]);
        for (int id = 0; id < all.Length; id++)
        {
            Require(all[id] is null || table.TryAdd(id), $"the token of rank {id} is given twice");
        }

        var merges = new List<BytePairMerge>(all.Length);
        var parts = new TokenParts(table);
        for (int id = 0; id < all.Length; id++)
        {
            if (all[id] is { Length: > 1 } token && parts.LastMerge(token) is int split)
            {
                merges.Add(new BytePairMerge(table.Find(token.AsSpan(0, split)), table.Find(token.AsSpan(split)), id));
            }
        }

        return merges;
    }

    private static SplitPattern PatternOf(string name)
    {
        string[] oldNames = ["gpt2", "gpt-2", "r50k", "p50k"];
        return oldNames.Any(old => name.Contains(old, StringComparison.OrdinalIgnoreCase)) ? SplitPattern.Gpt2
            : name.Contains("o200k", StringComparison.OrdinalIgnoreCase) ? SplitPattern.OfExpression(KnownRanks.O200kExpression)
            : SplitPattern.Gpt4;
    }

    private void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw Failure(problem);
        }
    }

    private FileFormatException Failure(string problem) => new(_path, problem, TokenizerBytes.Remedy);
}
