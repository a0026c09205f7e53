using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.HypersphereUpdate;

/// <summary>
/// Gradients of the step along the sphere. With n = h, b̂ = Norm(b), y = n + α∘(b̂ − n), h' = y/‖y‖ and g the gradient
/// of h': dy = (g − y·(g·y)/‖y‖²)/‖y‖, dn = (1 − α)∘dy, db = (α∘dy − b̂·(b̂·α∘dy))/‖b‖, dα = Σ dy∘(b̂ − n).
/// </summary>
internal readonly unsafe struct HypersphereUpdateBackward<TLanes, TElement> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    /// <summary>h of the forward pass [N, C].</summary>
    public required float* Hidden { get; init; }

    /// <summary>b of the forward pass [N, C].</summary>
    public required TElement* Branch { get; init; }

    /// <summary>Effective eigen learning rate |α| [C].</summary>
    public required float* Alpha { get; init; }

    /// <summary>In: the part of the gradient of h' that came along the residual stream. Out: gradient of h [N, C].</summary>
    public required float* ResidualGradient { get; init; }

    /// <summary>The part of the gradient of h' that came through the next matrix product [N, C].</summary>
    public required TElement* OutputGradient { get; init; }

    /// <summary>Gradient of b [N, C].</summary>
    public required TElement* BranchGradient { get; init; }

    /// <summary>Sums of the gradient of |α|, added to: [threads, C].</summary>
    public required float* AlphaGradients { get; init; }

    /// <summary>N.</summary>
    public required int RowCount { get; init; }

    /// <summary>C.</summary>
    public required int Width { get; init; }

    /// <summary>
    /// Whether the inner Norm(h) counts, which removes the radial part of dn: in the first update alone, since every
    /// other one is followed by a projection that removes it (docs/method.md, section 2).
    /// </summary>
    public required bool ProjectsResidual { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        int vectorized = Rows.VectorizedLength<TLanes>(Width);
        float* alphaGradient = AlphaGradients + ((long)thread * Width);
        (int first, int end) = ThreadTeam.Share(RowCount, thread, threads);
        for (long row = first; row < end; row++)
        {
            long offset = row * Width;
            float inverse = 1 / MathF.Sqrt(Rows.SumOfSquares<TLanes, TElement>(Branch + offset, Width));
            Sums sums = Gather<TLanes>(offset, inverse, 0, vectorized);
            if (vectorized < Width)
            {
                sums = sums.Plus(Gather<ScalarLane>(offset, inverse, vectorized, Width));
            }

            // dy = g·scale − y·slope
            float scale = 1 / MathF.Sqrt(sums.Squares);
            float slope = sums.GradientTimesOutput / sums.Squares * scale;
            Factors factors = new(
                inverse,
                scale,
                slope,
                (sums.GradientTimesBranch * scale) - (sums.OutputTimesBranch * slope),
                ProjectsResidual ? (sums.GradientTimesHidden * scale) - (sums.OutputTimesHidden * slope) : 0);
            Spread<TLanes>(offset, factors, alphaGradient, 0, vectorized);
            Spread<ScalarLane>(offset, factors, alphaGradient, vectorized, Width);
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private Sums Gather<T>(long offset, float inverse, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* h = Hidden + offset;
        TElement* b = Branch + offset;
        float* residual = ResidualGradient + offset;
        TElement* outputGradient = OutputGradient + offset;
        float* alphas = Alpha;
        T inverseNorm = T.Of(inverse);
        (T squares, T gradientTimesOutput, T gradientTimesBranch, T outputTimesBranch) = (T.Zero, T.Zero, T.Zero, T.Zero);
        (T gradientTimesHidden, T outputTimesHidden) = (T.Zero, T.Zero);
        for (int c = from; c < end; c += T.Count)
        {
            T hidden = T.Load(h + c);
            T alpha = T.Load(alphas + c);
            T branch = TElement.Load<T>(b + c) * inverseNorm;
            T y = T.MultiplyAdd(alpha, branch - hidden, hidden);
            T g = T.Load(residual + c) + TElement.Load<T>(outputGradient + c);
            T pulled = alpha * branch;
            T kept = hidden - (alpha * hidden);
            squares = T.MultiplyAdd(y, y, squares);
            gradientTimesOutput = T.MultiplyAdd(g, y, gradientTimesOutput);
            gradientTimesBranch = T.MultiplyAdd(g, pulled, gradientTimesBranch);
            outputTimesBranch = T.MultiplyAdd(y, pulled, outputTimesBranch);
            gradientTimesHidden = T.MultiplyAdd(g, kept, gradientTimesHidden);
            outputTimesHidden = T.MultiplyAdd(y, kept, outputTimesHidden);
        }

        return new Sums(
            T.Sum(squares), T.Sum(gradientTimesOutput), T.Sum(gradientTimesBranch), T.Sum(outputTimesBranch), T.Sum(gradientTimesHidden), T.Sum(outputTimesHidden));
    }

    [MethodImpl(KernelCode.Loop)]
    private void Spread<T>(long offset, in Factors factors, float* alphaGradient, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* h = Hidden + offset;
        TElement* b = Branch + offset;
        float* residual = ResidualGradient + offset;
        TElement* outputGradient = OutputGradient + offset;
        TElement* branchGradient = BranchGradient + offset;
        float* alphas = Alpha;
        (T inverseNorm, T scale, T slope) = (T.Of(factors.InverseNorm), T.Of(factors.Scale), T.Of(factors.Slope));
        (T radialBranch, T radialHidden) = (T.Of(factors.RadialBranch), T.Of(factors.RadialHidden));
        for (int c = from; c < end; c += T.Count)
        {
            T hidden = T.Load(h + c);
            T alpha = T.Load(alphas + c);
            T branch = TElement.Load<T>(b + c) * inverseNorm;
            T step = branch - hidden;
            T y = T.MultiplyAdd(alpha, step, hidden);
            T g = T.Load(residual + c) + TElement.Load<T>(outputGradient + c);
            T dy = (g * scale) - (y * slope);
            T toBranch = alpha * dy;
            T.Store(T.MultiplyAdd(dy, step, T.Load(alphaGradient + c)), alphaGradient + c);
            T.Store(dy - toBranch - (hidden * radialHidden), residual + c);
            TElement.Store((toBranch - (branch * radialBranch)) * inverseNorm, branchGradient + c);
        }
    }

    private readonly record struct Sums(
        float Squares, float GradientTimesOutput, float GradientTimesBranch, float OutputTimesBranch, float GradientTimesHidden, float OutputTimesHidden)
    {
        public Sums Plus(Sums other) => new(
            Squares + other.Squares,
            GradientTimesOutput + other.GradientTimesOutput,
            GradientTimesBranch + other.GradientTimesBranch,
            OutputTimesBranch + other.OutputTimesBranch,
            GradientTimesHidden + other.GradientTimesHidden,
            OutputTimesHidden + other.OutputTimesHidden);
    }

    private readonly record struct Factors(float InverseNorm, float Scale, float Slope, float RadialBranch, float RadialHidden);
}
