using NGpt.Core.Evaluation;

namespace NGpt.Core.Tests.Evaluation;

/// <summary>Scores with a function of the tokens seen and the next one, so that results can be computed by hand.</summary>
internal sealed class TableScorer(int vocabularySize, int contextLength, Func<int[], int, TokenScore> score) : ITokenScorer
{
    public int ContextLength => contextLength;

    public int VocabularySize => vocabularySize;

    public int BatchTokens { get; init; } = 64;

    /// <summary>All sequences that were asked for.</summary>
    public List<int[]> Sequences { get; } = [];

    /// <summary>The probability of a token depends on the token before it alone.</summary>
    public static TableScorer OfPairs(int vocabularySize, int contextLength, Func<int, int, double> probability) => new(
        vocabularySize,
        contextLength,
        (seen, next) => new TokenScore((float)Math.Log(probability(seen[^1], next)), probability(seen[^1], next) > 0.5));

    /// <summary>The probability of a byte depends on nothing.</summary>
    public static TableScorer OfBytes(int contextLength, Func<char, double> probability) =>
        OfPairs(256, contextLength, (_, next) => probability((char)next));

    public void Score(
        IReadOnlyList<ReadOnlyMemory<int>> sequences,
        IReadOnlyList<Memory<TokenScore>> scores,
        int? documentStart = null,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Assert.Equal(sequences.Count, scores.Count);
        for (int row = 0; row < sequences.Count; row++)
        {
            int[] tokens = sequences[row].ToArray();
            Sequences.Add(tokens);
            Assert.InRange(scores[row].Length, 1, tokens.Length - 1);
            int first = tokens.Length - scores[row].Length;
            for (int i = first; i < tokens.Length; i++)
            {
                int document = documentStart is int start ? Math.Max(0, Array.LastIndexOf(tokens, start, i - 1)) : 0;
                scores[row].Span[i - first] = score(tokens[document..i], tokens[i]);
            }
        }
    }
}
