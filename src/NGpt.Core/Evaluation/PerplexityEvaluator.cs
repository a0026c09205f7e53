using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Evaluation;

/// <summary>Measures how well a model predicts a text, every token of it but the first exactly once.</summary>
public sealed class PerplexityEvaluator
{
    private readonly ITokenScorer _scorer;
    private readonly ITokenSource _tokens;
    private readonly PerplexityOptions _options;
    private readonly int _length;
    private readonly int _stride;
    private readonly int? _endOfText;
    private readonly int[] _tokenBytes;

    /// <summary>Prepares the measurement.</summary>
    /// <param name="scorer">The model.</param>
    /// <param name="tokens">The text as tokens.</param>
    /// <param name="tokenizer">The tokenizer that made them.</param>
    /// <param name="options">How to measure.</param>
    /// <exception cref="UsageException">An option is out of range, or there is nothing to predict.</exception>
    public PerplexityEvaluator(ITokenScorer scorer, ITokenSource tokens, ITokenizer tokenizer, PerplexityOptions options)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate(scorer.ContextLength) is { Count: > 0 } problems)
        {
            throw new UsageException(string.Join("; ", problems));
        }

        if (tokens.Count < 2)
        {
            throw new UsageException($"the text has {(tokens.Count == 1 ? "a single token" : "no tokens")}: there is nothing to predict", "give more text");
        }

        if (options.Packing == WindowPacking.Documents && tokenizer.EndOfText is null)
        {
            throw new UsageException(
                $"--packing documents needs a token between documents, and the tokenizer ({tokenizer.Name}) has none", "give --packing stream");
        }

        (_scorer, _tokens, _options) = (scorer, tokens, options);
        _length = options.ContextLength ?? scorer.ContextLength;
        _stride = options.Stride ?? _length;
        _endOfText = options.Packing == WindowPacking.Documents ? tokenizer.EndOfText : null;
        _tokenBytes = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(token => tokenizer.TokenBytes(token).Length)];
        Tokens = Math.Min(tokens.Count - 1, options.MaxTokens ?? long.MaxValue);
    }

    /// <summary>How many tokens are predicted.</summary>
    public long Tokens { get; }

    /// <summary>Measures.</summary>
    /// <param name="progress">Is told how far it is, or null.</param>
    /// <param name="stop">Ends it early with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="NGptException">A token of the text is not in the vocabulary.</exception>
    public PerplexityReport Evaluate(IProgress<EvaluationProgress>? progress = null, CancellationToken stop = default)
    {
        LossSums sums = new(_length);
        // Enough windows in a call to fill a batch, and not so many that progress is seldom seen.
        foreach (ScoringWindow[] windows in ScoringWindows.Of(Tokens + 1, _length, _stride).Chunk(Math.Max(1, _scorer.BatchTokens / _length)))
        {
            stop.ThrowIfCancellationRequested();
            Score(windows, sums, stop);
            progress?.Report(new EvaluationProgress("text", sums.Tokens, Tokens, "token"));
        }

        return sums.Report(_length, _stride);
    }

    private void Score(ScoringWindow[] windows, LossSums sums, CancellationToken stop)
    {
        int[][] tokens = [.. windows.Select(Read)];
        TokenScore[][] scores = [.. windows.Select(window => new TokenScore[window.Counted])];
        List<Segment> segments = [.. windows.SelectMany((window, i) => Segments(window, tokens[i], scores[i]))];
        _scorer.Score([.. segments.Select(segment => segment.Tokens)], [.. segments.Select(segment => segment.Scores)], stop);
        int next = 0;
        foreach (ScoringWindow window in windows)
        {
            sums.BeginWindow();
            for (int counted = 0; counted < window.Counted; next++)
            {
                Segment segment = segments[next];
                int first = segment.Tokens.Length - segment.Scores.Length;
                for (int i = 0; i < segment.Scores.Length; i++)
                {
                    int token = segment.Tokens.Span[first + i];
                    sums.Add(-segment.Scores.Span[i].LogProbability, seen: first + i, _tokenBytes[token]);
                }

                counted += segment.Scores.Length;
            }

            sums.EndWindow();
        }
    }

    private int[] Read(ScoringWindow window)
    {
        int[] tokens = new int[window.Inputs + 1];
        _tokens.Read(window.Start, tokens);
        int vocabulary = Math.Min(_scorer.VocabularySize, _tokenBytes.Length);
        int foreign = Array.FindIndex(tokens, token => (uint)token >= (uint)vocabulary);
        return foreign < 0
            ? tokens
            : throw new NGptException(
                $"token {tokens[foreign]} at place {window.Start + foreign} of the text is not in the vocabulary of {vocabulary}",
                "give data that was made with the model's tokenizer");
    }

    // Where documents are kept apart, each document of a window is a sequence of its own: positions are relative. A token
    // that begins a document is still predicted from the one before it.
    private IEnumerable<Segment> Segments(ScoringWindow window, int[] tokens, TokenScore[] scores)
    {
        int contextOnly = window.Inputs - window.Counted;
        int start = 0;
        for (int end = 1; end <= window.Inputs; end++)
        {
            if (end < window.Inputs && tokens[end] != _endOfText)
            {
                continue;
            }

            int firstCounted = Math.Max(start, contextOnly);
            if (firstCounted < end)
            {
                yield return new Segment(tokens.AsMemory(start, end - start + 1), scores.AsMemory(firstCounted - contextOnly, end - firstCounted));
            }

            start = end;
        }
    }

    private readonly record struct Segment(ReadOnlyMemory<int> Tokens, Memory<TokenScore> Scores);
}
