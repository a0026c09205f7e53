using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.SphereAdam;

/// <summary>The sum of the squares of all gradients, for the global norm: float32 within a piece, float64 over pieces.</summary>
internal readonly unsafe struct GradientSquares<TLanes, TElement> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private const int Piece = 4096;

    /// <summary>All parameters.</summary>
    public required ParameterBlock* Blocks { get; init; }

    /// <summary>Number of parameters.</summary>
    public required int BlockCount { get; init; }

    /// <summary>Receives every thread's sum [threads].</summary>
    public required double* Sums { get; init; }

    public void Run(int thread, int threads)
    {
        double sum = 0;
        for (int i = 0; i < BlockCount; i++)
        {
            ref readonly ParameterBlock block = ref Blocks[i];
            sum += block.GradientIsFloat32 ? Sum<Float32>(block, thread, threads) : Sum<TElement>(block, thread, threads);
        }

        Sums[thread] = sum;
    }

    private static double Sum<TGradient>(in ParameterBlock block, int thread, int threads)
        where TGradient : unmanaged, IElement<TGradient>
    {
        double sum = 0;
        (int first, int end) = ThreadTeam.Share((int)((block.Count + Piece - 1) / Piece), thread, threads);
        for (long piece = first; piece < end; piece++)
        {
            long offset = piece * Piece;
            sum += Rows.SumOfSquares<TLanes, TGradient>((TGradient*)block.Gradient + offset, (int)Math.Min(Piece, block.Count - offset));
        }

        return sum;
    }
}
