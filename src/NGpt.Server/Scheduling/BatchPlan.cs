using System.Runtime.InteropServices;
using NGpt.Runtime.Inference;

namespace NGpt.Server.Scheduling;

/// <summary>
/// What one forward pass computes. Every decoding sequence gets its next token first; the rest of the batch prefills
/// prompts in the order of their arrival, in chunks that are small while other sequences are decoding.
/// </summary>
internal sealed class BatchPlan(SchedulerOptions options, int batchTokens)
{
    private readonly List<SequenceStep> _steps = [];
    private int _turn;
    private readonly List<Sequence> _sequences = [];

    // The newest tokens of the decoding sequences, one after the other.
    private readonly int[] _newest = new int[batchTokens];
    private int _room;

    /// <summary>The steps, one a sequence; their tokens stay until the next plan.</summary>
    public ReadOnlySpan<SequenceStep> Steps => CollectionsMarshal.AsSpan(_steps);

    /// <summary>The sequences of the batch.</summary>
    public IReadOnlyList<Sequence> Sequences => _sequences;

    /// <summary>Plans the next pass for the sequences that have slots; false where there is nothing to compute.</summary>
    public bool Make(IReadOnlyList<Sequence> running)
    {
        _steps.Clear();
        _sequences.Clear();
        _room = batchTokens;
        if (options.IsDeterministic)
        {
            AddNextAlone(running);
            return _steps.Count > 0;
        }

        for (int i = 0; i < running.Count; i++)
        {
            Sequence sequence = running[i];
            if (sequence.Job.HasRoom && sequence.IsDecoding && _room > 0)
            {
                Add(sequence, 1, LogitRows.Last);
            }
        }

        // A long prompt must not delay the decoding sequences.
        _room = Math.Min(_room, _steps.Count > 0 ? options.PrefillChunk : batchTokens);
        for (int i = 0; i < running.Count; i++)
        {
            Sequence sequence = running[i];
            if (!sequence.IsDecoding && sequence.Job.HasRoom && _room > 0)
            {
                AddPrefill(sequence);
            }
        }

        return _steps.Count > 0;
    }

    // In turn: a pass of one sequence after the other.
    private void AddNextAlone(IReadOnlyList<Sequence> running)
    {
        for (int i = 0; i < running.Count && _steps.Count == 0; i++)
        {
            Sequence sequence = running[(_turn + i) % running.Count];
            if (!sequence.Job.HasRoom)
            {
                continue;
            }

            if (sequence.IsDecoding)
            {
                Add(sequence, 1, LogitRows.Last);
            }
            else
            {
                AddPrefill(sequence);
            }
        }

        _turn++;
    }

    private void AddPrefill(Sequence sequence)
    {
        // Chunks stay the same after a suspension, when nothing is scored again.
        int max = sequence.Job.Request.ScorePrompt ? Math.Min(_room, options.ScoringChunk) : _room;
        int left = sequence.Prefill.Length - sequence.ProcessedTokens;
        int count = Math.Min(left, max);
        Add(sequence, count, sequence.ScoresPrompt ? LogitRows.All : count == left ? LogitRows.Last : LogitRows.None);
    }

    private void Add(Sequence sequence, int count, LogitRows logits)
    {
        ReadOnlyMemory<int> tokens = sequence.IsDecoding ? CopyNewest(sequence) : sequence.Prefill.AsMemory(sequence.ProcessedTokens, count);
        bool isPredicting = sequence.ProcessedTokens + count >= sequence.Prefill.Length;
        _steps.Add(new SequenceStep(sequence.Slot, tokens, logits, Trace: sequence.Job.Request.Angles && isPredicting));
        _sequences.Add(sequence);
        _room -= count;
    }

    // The sequence's own list grows while the step is in use, hence the copy; the prompt does not change.
    private ReadOnlyMemory<int> CopyNewest(Sequence sequence)
    {
        int position = _sequences.Count;
        _newest[position] = sequence.State!.Tokens[sequence.ProcessedTokens];
        return _newest.AsMemory(position, 1);
    }
}
