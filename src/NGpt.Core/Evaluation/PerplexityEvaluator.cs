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
    private readonly int _stride;
    private readonly int? _documentStart;
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

        if (options.Packing == WindowPacking.Documents && tokens.DocumentStartWith(tokenizer) is null)
        {
            throw new UsageException(
                $"--packing documents needs a token between documents, and the tokenizer ({tokenizer.Name}) has none", "give --packing stream");
        }

        (_scorer, _tokens, _options) = (scorer, tokens, options);
        _documentStart = options.Packing == WindowPacking.Documents ? tokens.DocumentStartWith(tokenizer) : null;
        _tokenBytes = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(token => tokenizer.TokenBytes(token).Length)];
        Tokens = Math.Min(tokens.Count - 1, options.MaxTokens ?? long.MaxValue);
        ContextLength = (int)Math.Min(options.ContextLength ?? scorer.ContextLength, Tokens);
        _stride = Math.Min(options.Stride ?? ContextLength, ContextLength);
    }

    /// <summary>How many tokens are predicted.</summary>
    public long Tokens { get; }

    /// <summary>Tokens of a window: a text that is shorter than the one asked for is seen at once.</summary>
    public int ContextLength { get; }

    /// <summary>Measures.</summary>
    /// <param name="progress">Receives progress, or null.</param>
    /// <param name="stop">Ends it early with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="NGptException">A token of the text is not in the vocabulary.</exception>
    public PerplexityReport Evaluate(IProgress<EvaluationProgress>? progress = null, CancellationToken stop = default)
    {
        LossSums sums = new(ContextLength);
        // Enough windows in a call to fill a batch, and not so many that progress is seldom seen.
        foreach (ScoringWindow[] windows in ScoringWindows.Of(Tokens + 1, ContextLength, _stride).Chunk(Math.Max(1, _scorer.BatchTokens / ContextLength)))
        {
            stop.ThrowIfCancellationRequested();
            Score(windows, sums, stop);
            progress?.Report(new EvaluationProgress("text", sums.Tokens, Tokens, "token"));
        }

        return sums.Report(ContextLength, _stride);
    }

    private void Score(ScoringWindow[] windows, LossSums sums, CancellationToken stop)
    {
        int[][] tokens = [.. windows.Select(Read)];
        TokenScore[][] scores = [.. windows.Select(window => new TokenScore[window.Counted])];
        _scorer.Score([.. tokens.Select(sequence => (ReadOnlyMemory<int>)sequence)], [.. scores.Select(room => room.AsMemory())], _documentStart, stop);
        for (int i = 0; i < windows.Length; i++)
        {
            Add(tokens[i], scores[i], sums);
        }
    }

    private void Add(int[] tokens, TokenScore[] scores, LossSums sums)
    {
        int firstCounted = tokens.Length - scores.Length;
        int firstVisible = 0;
        sums.BeginWindow();
        for (int place = 1; place < tokens.Length; place++)
        {
            // A token that begins a document is still predicted from the one before it.
            firstVisible = tokens[place - 1] == _documentStart ? place - 1 : firstVisible;
            if (place >= firstCounted)
            {
                sums.Add(-scores[place - firstCounted].LogProbability, seen: place - firstVisible, _tokenBytes[tokens[place]]);
            }
        }

        sums.EndWindow();
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
                $"token {tokens[foreign]} at position {window.Start + foreign} of the text is not in the vocabulary of {vocabulary}",
                "give data that was made with the model's tokenizer");
    }
}

/// <summary>How a text is measured.</summary>
public sealed record PerplexityOptions
{
    /// <summary>Tokens that the model sees in one context; null for the length it was trained with.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Tokens from the beginning of a window to that of the next; null for the length of a window.</summary>
    public int? Stride { get; init; }

    /// <summary>Only the first tokens of the text are predicted, this many; null for all.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>What tokens of a window see of each other.</summary>
    public WindowPacking Packing { get; init; } = WindowPacking.Stream;

    /// <summary>Gathers everything that is wrong with these options.</summary>
    /// <param name="contextLength">T, what the model was trained with; null where that is not known yet.</param>
    /// <returns>One line per problem, by the names of the command line; empty when the options are valid.</returns>
    public IReadOnlyList<string> Validate(int? contextLength)
    {
        const int MaxContextLength = 1 << 20;
        List<string> problems = [];
        if (ContextLength is < 1 or > MaxContextLength)
        {
            problems.Add($"--context-length {ContextLength} is outside 1 to {MaxContextLength}");
        }

        if (Stride is < 1)
        {
            problems.Add($"--stride {Stride} is below 1");
        }
        else if (Stride > (ContextLength ?? contextLength))
        {
            problems.Add($"--stride {Stride} is above the context length {ContextLength ?? contextLength}: tokens between two windows would be left out");
        }

        if (MaxTokens is < 1)
        {
            problems.Add($"--max-tokens {MaxTokens} is below 1");
        }

        return problems;
    }
}

/// <summary>Loss and perplexity of a model on a text.</summary>
public sealed record PerplexityReport
{
    /// <summary>Predicted tokens.</summary>
    public required long Tokens { get; init; }

    /// <summary>Bytes of text that the predicted tokens stand for.</summary>
    public required long Bytes { get; init; }

    /// <summary>Windows that were scored.</summary>
    public required long Windows { get; init; }

    /// <summary>Tokens that the model saw in one context.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Tokens from the beginning of a window to that of the next.</summary>
    public required int Stride { get; init; }

    /// <summary>Mean cross-entropy in nats per token.</summary>
    public required double Loss { get; init; }

    /// <summary>Standard error of <see cref="Loss"/>, from the spread of the windows; null for a single window.</summary>
    public required double? StandardError { get; init; }

    /// <summary>The loss of every window, in the order of the text.</summary>
    public required IReadOnlyList<WindowLoss> WindowLosses { get; init; }

    /// <summary>The loss by the number of tokens seen: 1, 2, 3 to 4, 5 to 8, and so on.</summary>
    public required IReadOnlyList<PositionLoss> Positions { get; init; }

    /// <summary>exp of the loss: the effective number of equally likely next tokens.</summary>
    public double Perplexity => Math.Exp(Loss);

    /// <summary>Cross-entropy in bits over the bytes of the predicted tokens: comparable across tokenizers. Infinite where they have none.</summary>
    public double BitsPerByte => Loss * Tokens / Math.Log(2) / Bytes;
}

/// <summary>Progress of an evaluation.</summary>
/// <param name="Part">What is evaluated.</param>
/// <param name="Done">Things done.</param>
/// <param name="Total">All of them.</param>
/// <param name="Unit">One of the things.</param>
public sealed record EvaluationProgress(string Part, long Done, long Total, string Unit);
