using System.Diagnostics;
using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Threads;
using NGpt.Torch.Training;

namespace NGpt.Torch.Engine;

/// <summary>What every stage of an engine works with: threads, matrix products and the clock.</summary>
internal sealed record EngineContext(ThreadTeam Team, IMatrixProducts Products)
{
    /// <summary>Where the time goes.</summary>
    public StageClock Clock { get; } = new();

    /// <summary>Runs a kernel on all threads.</summary>
    public void Run<TWork>(Stage stage, TWork work)
        where TWork : unmanaged, IParallelWork
    {
        long start = Stopwatch.GetTimestamp();
        Team.Run(work);
        Clock.Add(stage, start);
    }

    /// <summary>Runs a matrix product.</summary>
    public void Multiply(Stage stage, MatrixProduct product)
    {
        long start = Stopwatch.GetTimestamp();
        product.Run();
        Clock.Add(stage, start);
    }
}

/// <summary>Kinds of work whose time is measured, in the order of a step.</summary>
internal enum Stage
{
    /// <summary>Matrix products outside attention.</summary>
    MatrixProducts,

    /// <summary>Matrix products of attention.</summary>
    AttentionProducts,

    /// <summary>Softmax of attention and its gradient.</summary>
    AttentionSoftmax,

    /// <summary>Heads, rotation, norm and scale of queries and keys.</summary>
    QueryKeyPreparation,

    /// <summary>Hypersphere update, or residual addition and RMSNorm.</summary>
    ResidualUpdate,

    /// <summary>Gated MLP.</summary>
    SwiGlu,

    /// <summary>Cross-entropy and its gradient.</summary>
    CrossEntropy,

    /// <summary>Token embedding and its gradient.</summary>
    Embedding,

    /// <summary>Sums of gradients, and clearing them.</summary>
    GradientSums,

    /// <summary>Gradient norm and optimizer.</summary>
    Optimizer,
}

/// <summary>Adds up the time of every kind of work within a step.</summary>
internal sealed class StageClock
{
    private static readonly Dictionary<Stage, string> Names = new()
    {
        [Stage.MatrixProducts] = "matrix products",
        [Stage.AttentionProducts] = "attention products",
        [Stage.AttentionSoftmax] = "attention softmax",
        [Stage.QueryKeyPreparation] = "query/key preparation",
        [Stage.ResidualUpdate] = "residual update",
        [Stage.SwiGlu] = "SwiGLU",
        [Stage.CrossEntropy] = "cross-entropy",
        [Stage.Embedding] = "embedding",
        [Stage.GradientSums] = "gradient sums",
        [Stage.Optimizer] = "optimizer",
    };

    private readonly long[] _ticks = new long[Names.Count];

    /// <summary>Forgets everything: a step begins.</summary>
    public void Reset() => Array.Clear(_ticks);

    /// <summary>Adds the time since a moment.</summary>
    public void Add(Stage stage, long since) => _ticks[(int)stage] += Stopwatch.GetTimestamp() - since;

    /// <summary>The times, human-readable.</summary>
    public IReadOnlyList<StageTime> Read() =>
        [.. Names.Select(entry => new StageTime(entry.Value, _ticks[(int)entry.Key] * 1000.0 / Stopwatch.Frequency))];
}
