using System.Runtime.InteropServices;
using NGpt.Runtime.Inference;

namespace NGpt.Server.Scheduling;

/// <summary>
/// What one step of the model computes. Every text that is being written gets its next token first; the rest of the batch
/// reads prompts, in the order in which they came, in pieces that are small while others are being written.
/// </summary>
internal sealed class StepPlan(SchedulerOptions options, int batchTokens)
{
    private readonly List<SequenceStep> _steps = [];
    private readonly List<RunningSequence> _members = [];

    // The newest tokens of the texts in the step, one after the other.
    private readonly int[] _newest = new int[batchTokens];
    private int _room;

    /// <summary>The steps, one a member; their tokens stay until the next plan.</summary>
    public ReadOnlySpan<SequenceStep> Steps => CollectionsMarshal.AsSpan(_steps);

    /// <summary>The texts that take part.</summary>
    public IReadOnlyList<RunningSequence> Members => _members;

    /// <summary>Plans the next step.</summary>
    /// <param name="running">The texts that have slots.</param>
    /// <returns>Whether there is anything to compute.</returns>
    public bool Make(IReadOnlyList<RunningSequence> running)
    {
        _steps.Clear();
        _members.Clear();
        _room = batchTokens;
        for (int i = 0; i < running.Count; i++)
        {
            RunningSequence sequence = running[i];
            bool hasRoom = sequence.Job.HasRoom;
            sequence.Job.NotePause(!hasRoom, options.SlowReaderLimit);
            if (hasRoom && sequence.IsDecoding && _room > 0)
            {
                Add(sequence, 1, LogitRows.Last);
            }
        }

        // A long prompt must not make those wait that are being written.
        _room = Math.Min(_room, _steps.Count > 0 ? options.PromptChunk : batchTokens);
        for (int i = 0; i < running.Count; i++)
        {
            RunningSequence sequence = running[i];
            if (!sequence.IsDecoding && sequence.Job.HasRoom && _room > 0)
            {
                AddPrompt(sequence);
            }
        }

        return _steps.Count > 0;
    }

    private void AddPrompt(RunningSequence sequence)
    {
        int left = sequence.Order.Prompt.Length - sequence.Read;
        int count = Math.Min(left, sequence.Order.ScorePrompt ? Math.Min(_room, options.ScoringChunk) : _room);
        Add(sequence, count, sequence.Order.ScorePrompt ? LogitRows.All : count == left ? LogitRows.Last : LogitRows.None);
    }

    private void Add(RunningSequence sequence, int count, LogitRows logits)
    {
        ReadOnlyMemory<int> tokens = sequence.IsDecoding ? Newest(sequence) : sequence.Order.Prompt.AsMemory(sequence.Read, count);
        bool predicts = sequence.Read + count >= sequence.Order.Prompt.Length;
        _steps.Add(new SequenceStep(sequence.Slot, tokens, logits, Trace: sequence.Order.Angles && predicts));
        _members.Add(sequence);
        _room -= count;
    }

    // The text's own list grows while the step is read, hence the copy; the prompt stays as it is.
    private ReadOnlyMemory<int> Newest(RunningSequence sequence)
    {
        int place = _members.Count;
        _newest[place] = sequence.Text!.Tokens[sequence.Read];
        return _newest.AsMemory(place, 1);
    }
}
