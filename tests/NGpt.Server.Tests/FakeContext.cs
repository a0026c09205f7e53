using NGpt.Core.Numerics;
using NGpt.Runtime.Inference;

namespace NGpt.Server.Tests;

/// <summary>
/// A model whose next token depends on every token before it, so that a slot with wrong content changes the text. It
/// generates lower-case letters and spaces, as bytes. It validates its arguments like the real one, records them, and can
/// be made to wait and to fail.
/// </summary>
internal sealed class FakeContext(int slots = 3, int contextLength = 96, int batchTokens = 48, int vocabulary = FakeContext.Vocabulary) : IInferenceContext
{
    public const int Vocabulary = 257;
    public const int EndOfText = 256;

    private readonly List<int>[] _slots = [.. Enumerable.Range(0, slots).Select(_ => new List<int>())];
    private readonly List<(SequenceStep Step, int Before)> _last = [];
    private readonly float[] _logits = new float[vocabulary];

    /// <summary>When set, every pass waits for a permit.</summary>
    public SemaphoreSlim? Gate { get; set; }

    /// <summary>Released whenever a pass begins.</summary>
    public SemaphoreSlim Entered { get; } = new(0);

    /// <summary>May throw.</summary>
    public Action<IReadOnlyList<SequenceStep>>? OnRun { get; set; }

    /// <summary>The length at which every sequence gets the end-of-text token.</summary>
    public int? EndsAt { get; set; }

    /// <summary>The length at which a logit is NaN.</summary>
    public int? BreaksAt { get; set; }

    public List<List<(int Slot, int Count)>> Steps { get; } = [];

    public List<(int Source, int Target, int Length)> Copies { get; } = [];

    public bool IsDisposed { get; private set; }

    public int VocabularySize => vocabulary;

    public int LayerCount => 2;

    public int ContextLength => contextLength;

    public int SlotCount => slots;

    public int BatchTokens => batchTokens;

    /// <summary>The greedy continuation of a prompt.</summary>
    public static int[] Greedy(IEnumerable<int> prompt, int count)
    {
        List<int> tokens = [.. prompt];
        int start = tokens.Count;
        float[] logits = new float[Vocabulary];
        for (int i = 0; i < count; i++)
        {
            Fill(logits, [.. tokens]);
            tokens.Add(Array.IndexOf(logits, logits.Max()));
        }

        return [.. tokens.Skip(start)];
    }

    public static string GreedyText(string prompt, int count) =>
        System.Text.Encoding.UTF8.GetString([.. Greedy(System.Text.Encoding.UTF8.GetBytes(prompt).Select(value => (int)value), count).Select(token => (byte)token)]);

    /// <summary>Log probability of each next token.</summary>
    public static double[] LogProbabilities(ReadOnlySpan<int> tokens)
    {
        float[] logits = new float[Vocabulary];
        Fill(logits, tokens);
        double sum = LogSumExp.Of(logits);
        return [.. logits.Select(logit => logit - sum)];
    }

    public int Length(int slot) => _slots[slot].Count;

    public void Truncate(int slot, int length)
    {
        Require(length >= 0 && length <= _slots[slot].Count);
        _slots[slot].RemoveRange(length, _slots[slot].Count - length);
    }

    public void CopyPrefix(int source, int target, int length)
    {
        Require(source != target && length >= 0 && length <= _slots[source].Count);
        Copies.Add((source, target, length));
        _slots[target].Clear();
        _slots[target].AddRange(_slots[source].GetRange(0, length));
    }

    public void Run(ReadOnlySpan<SequenceStep> steps)
    {
        Entered.Release();
        Gate?.Wait();
        OnRun?.Invoke([.. steps.ToArray()]);
        int total = 0;
        HashSet<int> seen = [];
        foreach (SequenceStep step in steps)
        {
            total += step.Tokens.Length;
            Require(seen.Add(step.Slot) && step.Tokens.Length > 0 && _slots[step.Slot].Count + step.Tokens.Length <= contextLength);
            foreach (int token in step.Tokens.Span)
            {
                Require(token is >= 0 and < Vocabulary);
            }
        }

        Require(total <= batchTokens);
        _last.Clear();
        foreach (SequenceStep step in steps)
        {
            _last.Add((step, _slots[step.Slot].Count));
            _slots[step.Slot].AddRange(step.Tokens.Span);
        }

        Steps.Add([.. _last.Select(entry => (entry.Step.Slot, entry.Step.Tokens.Length))]);
    }

    public ReadOnlySpan<float> Logits(int number, int row = 0)
    {
        (SequenceStep step, int before) = _last[number];
        Require(step.Logits == LogitRows.All ? row < step.Tokens.Length : step.Logits == LogitRows.Last && row == 0);
        int length = step.Logits == LogitRows.All ? before + row + 1 : before + step.Tokens.Length;
        Fill(_logits, [.. _slots[step.Slot].Take(length)]);
        _logits[EndOfText] = length >= EndsAt ? 50 : _logits[EndOfText];
        _logits[0] = length >= BreaksAt ? float.NaN : _logits[0];
        return _logits;
    }

    public ReadOnlySpan<float> Angles(int number)
    {
        Require(_last[number].Step.Trace);
        int length = _slots[_last[number].Step.Slot].Count;
        return new float[] { 0.5f, 0.25f, 0.125f, length };
    }

    public void Dispose() => IsDisposed = true;

    private static void Fill(float[] logits, ReadOnlySpan<int> tokens)
    {
        ulong state = 17;
        foreach (int token in tokens)
        {
            state = new SplitMix64(state ^ (ulong)(token + 1)).Next();
        }

        SplitMix64 random = new(state);
        for (int token = 0; token < Vocabulary; token++)
        {
            bool isLetter = token is ' ' or (>= 'a' and <= 'z');
            logits[token] = (float)((isLetter ? 6 : 0) + (2.5 * random.NextDouble()));
        }
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new ArgumentException("invalid arguments of the model");
        }
    }
}
