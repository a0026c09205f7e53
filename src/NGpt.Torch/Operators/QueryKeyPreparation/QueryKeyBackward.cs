using System.Runtime.CompilerServices;
using NGpt.Core.Numerics;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.QueryKeyPreparation;

/// <summary>
/// Gradients of the preparation, written over the projections. With n = Norm(rotated q), w = s_qk times the attention
/// scale and g the gradient of n∘w: ds = Σ g∘n times the attention scale, dn = g∘w, and the gradient before the norm
/// is (dn − n·(n·dn))/‖q‖, rotated back. Without the norm n is the rotated q itself and dn is rotated back as it is.
/// </summary>
internal readonly unsafe struct QueryKeyBackward<TLanes, TElement, TRule> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
    where TRule : struct, IQueryKeyRule
{
    /// <summary>In: q, k and v side by side. Out: their gradients [B·T, 3·H·D].</summary>
    public required TElement* Projected { get; init; }

    /// <summary>Cosines of <see cref="RotaryTable"/> [T, D].</summary>
    public required float* Cosines { get; init; }

    /// <summary>Sines of <see cref="RotaryTable"/> [T, D].</summary>
    public required float* Sines { get; init; }

    /// <summary>Effective s_qk [H·D]; null for the baseline.</summary>
    public required float* Scale { get; init; }

    /// <summary>What q·k is multiplied with.</summary>
    public required float AttentionScale { get; init; }

    /// <summary>Gradient of the prepared queries [B, H, T, D].</summary>
    public required TElement* QueryGradients { get; init; }

    /// <summary>Gradient of the prepared keys [B, H, T, D].</summary>
    public required TElement* KeyGradients { get; init; }

    /// <summary>Gradient of the values [B, H, T, D].</summary>
    public required TElement* ValueGradients { get; init; }

    /// <summary>Sums of the gradient of s_qk, added to: [threads, H·D]; null for the baseline.</summary>
    public required float* ScaleGradients { get; init; }

    /// <summary>B.</summary>
    public required int Batch { get; init; }

    /// <summary>T.</summary>
    public required int Length { get; init; }

    /// <summary>H.</summary>
    public required int HeadCount { get; init; }

    /// <summary>D, even.</summary>
    public required int HeadWidth { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        int width = HeadCount * HeadWidth;
        float* scaleGradient = ScaleGradients + ((long)thread * width);
        (int first, int end) = ThreadTeam.Share(Batch * Length, thread, threads);
        for (long row = first; row < end; row++)
        {
            (long sequence, long position) = Math.DivRem(row, Length);
            TElement* target = Projected + (row * 3 * width);
            for (int head = 0; head < HeadCount; head++)
            {
                int column = head * HeadWidth;
                long source = ((((sequence * HeadCount) + head) * Length) + position) * HeadWidth;
                Undo(QueryGradients + source, position, column, AttentionScale, target + column, scaleGradient + column);
                Undo(KeyGradients + source, position, column, 1, target + width + column, scaleGradient + column);
                Unsafe.CopyBlockUnaligned(target + (2 * width) + column, ValueGradients + source, (uint)(HeadWidth * sizeof(TElement)));
            }
        }
    }

    private void Undo(TElement* gradient, long position, int column, float factor, TElement* target, float* scaleGradient)
    {
        int vectorized = Rows.VectorizedLength<TLanes>(HeadWidth);
        float inverse = 1;
        float radial = 0;
        if (TRule.Normalizes)
        {
            inverse = 1 / MathF.Sqrt(Rows.SumOfSquares<TLanes, TElement>(target, HeadWidth));
        }

        if (TRule.Scales)
        {
            radial = Radial<TLanes>(gradient, position, column, factor, inverse, target, scaleGradient, 0, vectorized);
            // Called for every head of every token: usual head widths are spared a call that does nothing.
            if (vectorized < HeadWidth)
            {
                radial += Radial<PairLanes>(gradient, position, column, factor, inverse, target, scaleGradient, vectorized, HeadWidth);
            }
        }

        RotateBack<TLanes>(gradient, position, column, factor, inverse, radial, target, 0, vectorized);
        if (vectorized < HeadWidth)
        {
            RotateBack<PairLanes>(gradient, position, column, factor, inverse, radial, target, vectorized, HeadWidth);
        }
    }

    // n·dn, which only the norm needs; adds to the gradient of the scale on the way.
    [MethodImpl(KernelCode.Loop)]
    private float Radial<T>(
        TElement* gradient, long position, int column, float factor, float inverse, TElement* source, float* scaleGradient, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* cosines = Cosines + (position * HeadWidth);
        float* sines = Sines + (position * HeadWidth);
        float* scale = Scale + column;
        T inverseNorm = T.Of(inverse);
        T factors = T.Of(factor);
        T sum = T.Zero;
        for (int i = from; i < end; i += T.Count)
        {
            T value = TElement.Load<T>(source + i) * inverseNorm;
            T unit = T.MultiplyAdd(value, T.Load(cosines + i), T.SwapPairs(value) * T.Load(sines + i));
            T scaled = TElement.Load<T>(gradient + i) * factors * unit;
            T.Store(T.Load(scaleGradient + i) + scaled, scaleGradient + i);
            sum = T.MultiplyAdd(scaled, T.Load(scale + i), sum);
        }

        return T.Sum(sum);
    }

    [MethodImpl(KernelCode.Loop)]
    private void RotateBack<T>(TElement* gradient, long position, int column, float factor, float inverse, float radial, TElement* target, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* cosines = Cosines + (position * HeadWidth);
        float* sines = Sines + (position * HeadWidth);
        float* scale = Scale + column;
        T factors = T.Of(factor * inverse);
        T radials = T.Of(radial * inverse * inverse);
        for (int i = from; i < end; i += T.Count)
        {
            T g = TElement.Load<T>(gradient + i) * factors;
            g = TRule.Scales ? g * T.Load(scale + i) : g;
            T back = (g * T.Load(cosines + i)) - (T.SwapPairs(g) * T.Load(sines + i));
            // The unit vector rotated back is q/‖q‖ itself.
            T projected = TRule.Normalizes ? back - (TElement.Load<T>(target + i) * radials) : back;
            TElement.Store(projected, target + i);
        }
    }
}
