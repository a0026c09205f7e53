using System.Diagnostics;
using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Threads;

namespace NGpt.Torch.Engine;

/// <summary>What every stage of an engine works with: threads, matrix products and the clock.</summary>
/// <param name="Team">The threads.</param>
/// <param name="Products">The matrix products.</param>
internal sealed record EngineContext(ThreadTeam Team, IMatrixProducts Products)
{
    /// <summary>Where the time goes.</summary>
    public StageClock Clock { get; } = new();

    /// <summary>Runs a kernel on all threads.</summary>
    /// <typeparam name="TWork">Type of the kernel.</typeparam>
    /// <param name="stage">What it is part of.</param>
    /// <param name="work">The kernel.</param>
    public void Run<TWork>(Stage stage, TWork work)
        where TWork : unmanaged, IParallelWork
    {
        long start = Stopwatch.GetTimestamp();
        Team.Run(work);
        Clock.Add(stage, start);
    }

    /// <summary>Runs a matrix product.</summary>
    /// <param name="stage">What it is part of.</param>
    /// <param name="product">The product.</param>
    public void Multiply(Stage stage, MatrixProduct product)
    {
        long start = Stopwatch.GetTimestamp();
        product.Run();
        Clock.Add(stage, start);
    }
}
