using NGpt.Core.Generation;

namespace NGpt.Server.Scheduling;

/// <summary>One text in the scheduler, from the queue to its end. Only the scheduler's thread uses it.</summary>
internal sealed class RunningSequence(GenerationJob job, SequenceOrder order, RunningSequence? twin)
{
    /// <summary>The request that it belongs to.</summary>
    public GenerationJob Job => job;

    /// <summary>What was asked for.</summary>
    public SequenceOrder Order => order;

    /// <summary>Another text of the request with the same prompt, which is read first so that this one can copy it; null where there is none.</summary>
    public RunningSequence? Twin { get; } = order.ScorePrompt ? null : twin;

    /// <summary>The slot, or −1 while it waits and after its end.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>The text, from the time it has a slot.</summary>
    public GenerationState? Text { get; set; }

    /// <summary>How many of its tokens the slot holds.</summary>
    public int Read { get; set; }

    /// <summary>How many of the prompt's tokens the slot held already.</summary>
    public int Cached { get; set; }

    /// <summary>When the newest token was chosen.</summary>
    public long LastToken { get; set; }

    /// <summary>Whether it has ended.</summary>
    public bool Ended { get; set; }

    /// <summary>Whether its prompt has been read whole.</summary>
    public bool IsDecoding => Read >= order.Prompt.Length;

    /// <summary>Whether it need not wait for its twin.</summary>
    public bool IsReady => Twin is null || Twin.Ended || Twin.IsDecoding;
}
