using NGpt.Core.Generation;
using NGpt.Core.Tokenizers;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Tests;

public sealed class StepPlanTests
{
    [Fact]
    public void A_plan_for_texts_that_are_written_allocates_nothing_and_has_their_newest_tokens()
    {
        RunningSequence[] running = [.. Enumerable.Range(0, 5).Select(Writing)];
        StepPlan plan = new(new SchedulerOptions(), batchTokens: 5);
        Assert.True(plan.Make(running));
        long before = GC.GetAllocatedBytesForCurrentThread();
        plan.Make(running);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        for (int i = 0; i < running.Length; i++)
        {
            Assert.Equal([running[i].Text!.Tokens[^1]], plan.Steps[i].Tokens.ToArray());
            Assert.Equal(i, plan.Steps[i].Slot);
        }
    }

    private static RunningSequence Writing(int slot)
    {
        SequenceOrder order = new(0, [slot, 1, 2], new() { Temperature = 0 });
        GenerationJob job = new([order], unreadEvents: 9, TimeProvider.System, () => { });
        float[] logits = new float[256];
        logits[100 + slot] = 1;
        GenerationState text = new(new ByteTokenizer(), order.Sampling, logits.Length, order.Prompt);
        text.Next(logits);
        return new RunningSequence(job, order, twin: null) { Slot = slot, Text = text, Read = order.Prompt.Length };
    }
}
