using NGpt.Core.Generation;
using NGpt.Core.Tokenizers;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Tests;

public sealed class BatchPlanTests
{
    [Fact]
    public void A_plan_for_decoding_sequences_allocates_nothing_and_has_their_newest_tokens()
    {
        Sequence[] running = [.. Enumerable.Range(0, 5).Select(Decoding)];
        BatchPlan plan = new(new SchedulerOptions(), batchTokens: 5);
        Assert.True(plan.Make(running));
        long before = GC.GetAllocatedBytesForCurrentThread();
        plan.Make(running);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        for (int i = 0; i < running.Length; i++)
        {
            Assert.Equal([running[i].State!.Tokens[^1]], plan.Steps[i].Tokens.ToArray());
            Assert.Equal(i, plan.Steps[i].Slot);
        }
    }

    private static Sequence Decoding(int slot)
    {
        GenerationRequest request = new([[slot, 1, 2]], new() { Temperature = 0 });
        GenerationJob job = new(request, new SchedulerOptions(), TimeProvider.System, () => { });
        float[] logits = new float[256];
        logits[100 + slot] = 1;
        GenerationState state = new(new ByteTokenizer(), request.Sampling, logits.Length, request.Prompts[0]);
        state.Next(logits);
        return new Sequence(job, index: 0, prefixSource: null) { Slot = slot, State = state, ProcessedTokens = request.Prompts[0].Length };
    }
}
