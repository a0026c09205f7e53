namespace NGpt.Torch.Training;

/// <summary>One batch of windows on the host: reused from step to step, so that a step allocates nothing.</summary>
public sealed class TokenBatch
{
    private readonly int[] _inputs;
    private readonly int[] _targets;
    private readonly int[]? _firstVisible;

    /// <summary>Makes room for the largest batch.</summary>
    /// <param name="capacity">B, the most windows it can hold.</param>
    /// <param name="contextLength">T, tokens in a window.</param>
    /// <param name="keepsDocumentsApart">Whether it says for every token where its document begins.</param>
    public TokenBatch(int capacity, int contextLength, bool keepsDocumentsApart = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        (Capacity, ContextLength) = (capacity, contextLength);
        _inputs = new int[capacity * contextLength];
        _targets = new int[capacity * contextLength];
        _firstVisible = keepsDocumentsApart ? new int[capacity * contextLength] : null;
    }

    /// <summary>The most windows it can hold.</summary>
    public int Capacity { get; }

    /// <summary>T, tokens in a window.</summary>
    public int ContextLength { get; }

    /// <summary>Whether a token sees its own document only; else it sees all that comes before it in its window.</summary>
    public bool KeepsDocumentsApart => _firstVisible is not null;

    /// <summary>B, windows held now; set by whoever fills it.</summary>
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

    /// <summary>The tokens of the windows held, [B, T] row by row.</summary>
    public Span<int> Inputs => _inputs.AsSpan(0, Count * ContextLength);

    /// <summary>The token that follows each of them, [B, T].</summary>
    public Span<int> Targets => _targets.AsSpan(0, Count * ContextLength);

    /// <summary>
    /// The first position of its window that each token sees, from 0 to its own, [B, T]; empty where it sees all before it.
    /// </summary>
    public Span<int> FirstVisible => _firstVisible is null ? [] : _firstVisible.AsSpan(0, Count * ContextLength);
}
