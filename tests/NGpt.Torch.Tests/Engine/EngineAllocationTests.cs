using NGpt.Core.Configuration;
using NGpt.Torch.Engine;
using NGpt.Torch.Models;
using NGpt.Torch.Training;

namespace NGpt.Torch.Tests.Engine;

/// <summary>A step leaves the managed heap alone, on the calling thread and on the team's. Runs by itself: the heap is one for the process.</summary>
[Collection(nameof(EngineAllocationTests))]
[CollectionDefinition(nameof(EngineAllocationTests), DisableParallelization = true)]
public sealed class EngineAllocationTests
{
    // A single object of the smallest size in every parallel region would be several times as much.
    private const long WhatTheRunnerMayAllocate = 64 * 1024;

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void A_step_allocates_nothing(Architecture architecture)
    {
        ModelConfig config = EngineModels.Config(architecture);
        using LanguageModel model = EngineModels.Perturbed(config, 1);
        TokenBatch batch = EngineModels.Batch(config, 4, 4, 9);
        using ITrainingEngine engine = FastEngineFactory.Create(model, Precision.F32, new EngineOptions(4, false, false), EngineModels.Settings);
        Run(3);
        long here = GC.GetAllocatedBytesForCurrentThread();
        long all = GC.GetTotalAllocatedBytes(precise: true);
        Run(100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - here);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - all, 0, WhatTheRunnerMayAllocate);

        void Run(int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                engine.ClearGradients();
                engine.AddGradients(batch, 1);
                engine.Update(1e-4, Math.Min(1, 1 / (engine.GradientNorm() + 1e-6)));
            }
        }
    }
}
