using System.Buffers;
using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Preparation;

namespace NGpt.Torch.Training;

/// <summary>Reads windows of tokens into reused batches. Does not use libtorch.</summary>
public sealed class TokenBatchReader
{
    private readonly TokenShards _shards;
    private readonly TokenShards? _answers;
    private readonly int _contextLength;
    private readonly int? _endOfText;

    /// <summary>Creates the reader.</summary>
    /// <param name="shards">The tokens; outlives the reader.</param>
    /// <param name="tokenizer">Has the token that starts every document.</param>
    /// <param name="contextLength">T.</param>
    /// <param name="packing">Whether documents of a window attend to each other.</param>
    /// <param name="answers">1 for each token that has a loss, else 0; null where all have one. Outlives the reader.</param>
    /// <exception cref="UsageException">Documents are packed, and the tokenizer has no end-of-text token.</exception>
    public TokenBatchReader(TokenShards shards, ITokenizer tokenizer, int contextLength, WindowPacking packing = WindowPacking.Stream, TokenShards? answers = null)
    {
        ArgumentNullException.ThrowIfNull(shards);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ThrowIfUnsupported(shards, tokenizer, packing);
        (_shards, _answers, _contextLength) = (shards, answers, contextLength);
        _endOfText = packing == WindowPacking.Documents ? shards.DocumentStartWith(tokenizer) : null;
    }

    /// <summary>Creates a batch for this reader.</summary>
    /// <param name="capacity">B, the maximum number of windows.</param>
    /// <returns>An empty batch.</returns>
    public TokenBatch Create(int capacity) => new(capacity, _contextLength, keepsDocumentsApart: _endOfText is not null);

    /// <summary>Reads windows of T + 1 tokens: the first T are the input, the last T the targets.</summary>
    /// <param name="starts">At most B offsets into the tokens.</param>
    /// <param name="batch">A batch of <see cref="Create"/>; overwritten.</param>
    public void Read(ReadOnlySpan<long> starts, TokenBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int length = _contextLength;
        batch.Count = starts.Length;
        for (int row = 0; row < starts.Length; row++)
        {
            Span<int> inputs = batch.Inputs.Slice(row * length, length);
            Span<int> targets = batch.Targets.Slice(row * length, length);
            _shards.Read(starts[row], inputs);
            inputs[1..].CopyTo(targets);
            _shards.Read(starts[row] + length, targets[^1..]);
            if (_endOfText is int endOfText)
            {
                FindDocuments(inputs, endOfText, batch.FirstVisible.Slice(row * length, length));
            }

            if (_answers is not null)
            {
                KeepAnswers(_answers, starts[row] + 1, targets);
            }
        }
    }

    /// <summary>Rejects document packing where no token marks the start of documents.</summary>
    internal static void ThrowIfUnsupported(TokenShards shards, ITokenizer tokenizer, WindowPacking packing)
    {
        if (packing == WindowPacking.Documents && shards.DocumentStartWith(tokenizer) is null)
        {
            throw new UsageException(
                $"--packing documents needs a token between documents, and the tokenizer of this data ({tokenizer.Name}) has none",
                "give data of several documents with a tokenizer that has an end-of-text token, or --packing stream");
        }
    }

    /// <summary>Rejects a loss on answers where the data do not say what they are.</summary>
    internal static void ThrowIfUnsupported(Dataset dataset, LossTokens lossOn)
    {
        if (lossOn == LossTokens.Assistant && !dataset.Summary.HasAnswers)
        {
            throw new UsageException(
                $"--loss-on assistant needs conversations, and {dataset.Summary.Source} {(dataset.Parts.Count > 1 ? "are not all" : "is not")} prepared as such",
                "prepare them first: ngpt data prepare CHATS.jsonl --chat-template chatml --out FOLDER");
        }
    }

    private static void KeepAnswers(TokenShards answers, long first, Span<int> targets)
    {
        int[] marks = ArrayPool<int>.Shared.Rent(targets.Length);
        answers.Read(first, marks.AsSpan(0, targets.Length));
        for (int i = 0; i < targets.Length; i++)
        {
            targets[i] = marks[i] == 0 ? TokenBatch.NoTarget : targets[i];
        }

        ArrayPool<int>.Shared.Return(marks);
    }

    // A window may start inside a document.
    private static void FindDocuments(ReadOnlySpan<int> inputs, int endOfText, Span<int> firstVisible)
    {
        int first = 0;
        for (int position = 0; position < inputs.Length; position++)
        {
            first = inputs[position] == endOfText ? position : first;
            firstVisible[position] = first;
        }
    }
}

/// <summary>A batch of windows in host memory, reused so that a step allocates nothing.</summary>
public sealed class TokenBatch
{
    /// <summary>A target without a loss; the value that libtorch's cross-entropy ignores.</summary>
    public const int NoTarget = -100;

    private readonly int[] _inputs;
    private readonly int[] _targets;
    private readonly int[]? _firstVisible;

    /// <summary>Allocates the largest batch.</summary>
    /// <param name="capacity">B, the maximum number of windows.</param>
    /// <param name="contextLength">T, tokens per window.</param>
    /// <param name="keepsDocumentsApart">Whether it has the document start of every token.</param>
    public TokenBatch(int capacity, int contextLength, bool keepsDocumentsApart = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        (Capacity, ContextLength) = (capacity, contextLength);
        _inputs = new int[capacity * contextLength];
        _targets = new int[capacity * contextLength];
        _firstVisible = keepsDocumentsApart ? new int[capacity * contextLength] : null;
    }

    /// <summary>The maximum number of windows.</summary>
    public int Capacity { get; }

    /// <summary>T, tokens per window.</summary>
    public int ContextLength { get; }

    /// <summary>Whether a token attends to its own document only, or to all earlier tokens of its window.</summary>
    public bool KeepsDocumentsApart => _firstVisible is not null;

    /// <summary>B, the current number of windows; set by the reader.</summary>
    public int Count
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 0);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Capacity);
            field = value;
        }
    }

    /// <summary>The input tokens, [B, T] in row-major order.</summary>
    public Span<int> Inputs => _inputs.AsSpan(0, Count * ContextLength);

    /// <summary>The target tokens, [B, T]; <see cref="NoTarget"/> where a token has no loss.</summary>
    public Span<int> Targets => _targets.AsSpan(0, Count * ContextLength);

    /// <summary>The number of targets that have a loss.</summary>
    public int CountTargets() => Targets.Length - Targets.Count(NoTarget);

    /// <summary>
    /// The first position of its window that each token attends to, [B, T]; empty where it attends to all earlier ones.
    /// </summary>
    public Span<int> FirstVisible => _firstVisible is null ? [] : _firstVisible.AsSpan(0, Count * ContextLength);
}
