using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;
using NGpt.Runtime.Tests.Models;

namespace NGpt.Runtime.Tests.Inference;

/// <summary>Running leaves the managed heap alone, on the calling thread and on the team's. Runs by itself: the heap is one for the process.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests
{
    // A single object of the smallest size in every parallel region would be several times as much.
    private const long WhatTheRunnerMayAllocate = 64 * 1024;

    private const int Rounds = 100;

    [Theory]
    [MemberData(nameof(Variants.Both), MemberType = typeof(Variants))]
    public void Running_allocates_nothing(string variant)
    {
        TestModel test = Variants.Model(variant);
        using RuntimeModel model = test.Load();
        using InferenceContext context = model.CreateContext(new ContextOptions { Slots = 2, Threads = 2 });
        SequenceStep[] prompt = [new(0, test.Tokens(31)), new(1, test.Tokens(17), LogitRows.All, Trace: true)];
        SequenceStep[] next = [new(0, test.Tokens(1)), new(1, test.Tokens(1), Trace: true)];
        long all = GC.GetTotalAllocatedBytes(precise: true);
        long min = long.MaxValue;
        // What a wait makes when it first outlasts its spinning is made once; what a call allocates would be there every time.
        for (int i = 0; i < Rounds; i += 20)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Run(20);
            min = Math.Min(min, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, min);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - all, 0, WhatTheRunnerMayAllocate);

        void Run(int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                context.Truncate(0, 0);
                context.Truncate(1, 0);
                context.Run(prompt);
                context.Run(next);
                _ = context.Logits(1);
                _ = context.Angles(1);
            }
        }
    }
}
