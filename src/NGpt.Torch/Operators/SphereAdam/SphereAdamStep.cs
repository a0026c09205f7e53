using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.SphereAdam;

/// <summary>
/// One step of Adam over all parameters: gradient scale, moments, update, weight decay, return to the hypersphere and
/// the copy that the next forward pass reads. Everything passes through memory once; a normalized row or block of
/// columns is finished while it is still in the cache. The plain reference is <see cref="Optimization.SphereAdam"/>.
/// </summary>
internal readonly unsafe struct SphereAdamStep<TLanes, TElement> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private const int MaxBlockColumns = 512;
    private const int BlockBytes = 512 << 10;
    private const int Piece = 4096;

    /// <summary>All parameters.</summary>
    public required ParameterBlock* Blocks { get; init; }

    /// <summary>Number of parameters.</summary>
    public required int BlockCount { get; init; }

    /// <summary>The step's numbers.</summary>
    public required AdamConstants Constants { get; init; }

    public void Run(int thread, int threads)
    {
        for (int i = 0; i < BlockCount; i++)
        {
            ref readonly ParameterBlock block = ref Blocks[i];
            if (block.GradientIsFloat32)
            {
                Step<Float32>(block, thread, threads);
            }
            else
            {
                Step<TElement>(block, thread, threads);
            }
        }
    }

    private void Step<TGradient>(in ParameterBlock block, int thread, int threads)
        where TGradient : unmanaged, IElement<TGradient>
    {
        switch (block.NormalizedAxis)
        {
            case 1:
                StepRows<TGradient>(block, thread, threads);
                break;
            case 0:
                StepColumns<TGradient>(block, thread, threads);
                break;
            default:
                StepPieces<TGradient>(block, thread, threads);
                break;
        }
    }

    private void StepRows<TGradient>(in ParameterBlock block, int thread, int threads)
        where TGradient : unmanaged, IElement<TGradient>
    {
        (int first, int end) = ThreadTeam.Share(block.Rows, thread, threads);
        for (long row = first; row < end; row++)
        {
            long offset = row * block.Columns;
            float squares = UpdateRow<TGradient>(block, offset, block.Columns);
            FinishRow(block, offset, block.Columns, 1 / MathF.Sqrt(squares));
        }
    }

    // Vectors and the baseline's matrices: no norm, so any cut will do.
    private void StepPieces<TGradient>(in ParameterBlock block, int thread, int threads)
        where TGradient : unmanaged, IElement<TGradient>
    {
        int pieces = (int)((block.Count + Piece - 1) / Piece);
        (int first, int end) = ThreadTeam.Share(pieces, thread, threads);
        for (long piece = first; piece < end; piece++)
        {
            long offset = piece * Piece;
            int width = (int)Math.Min(Piece, block.Count - offset);
            _ = UpdateRow<TGradient>(block, offset, width);
            FinishRow(block, offset, width, 1);
        }
    }

    private void StepColumns<TGradient>(in ParameterBlock block, int thread, int threads)
        where TGradient : unmanaged, IElement<TGradient>
    {
        // As many columns as keep the block's weights in the second-level cache between the two passes.
        int width = Math.Clamp(BlockBytes / sizeof(float) / block.Rows / TLanes.Count * TLanes.Count, TLanes.Count, MaxBlockColumns);
        float* scales = stackalloc float[MaxBlockColumns];
        (int first, int end) = ThreadTeam.Share(block.Columns, thread, threads, TLanes.Count);
        for (int from = first; from < end; from += width)
        {
            int count = Math.Min(width, end - from);
            int vectorized = Rows.VectorizedLength<TLanes>(count);
            new Span<float>(scales, count).Clear();
            for (long row = 0; row < block.Rows; row++)
            {
                long offset = (row * block.Columns) + from;
                UpdateColumns<TLanes, TGradient>(block, offset, scales, 0, vectorized);
                UpdateColumns<ScalarLane, TGradient>(block, offset, scales, vectorized, count);
            }

            for (int i = 0; i < count; i++)
            {
                scales[i] = 1 / MathF.Sqrt(scales[i]);
            }

            for (long row = 0; row < block.Rows; row++)
            {
                long offset = (row * block.Columns) + from;
                FinishColumns<TLanes>(block, offset, scales, 0, vectorized);
                FinishColumns<ScalarLane>(block, offset, scales, vectorized, count);
            }
        }
    }

    private float UpdateRow<TGradient>(in ParameterBlock block, long offset, int width)
        where TGradient : unmanaged, IElement<TGradient>
    {
        int vectorized = Rows.VectorizedLength<TLanes>(width);
        return UpdatePart<TLanes, TGradient>(block, offset, 0, vectorized) + UpdatePart<ScalarLane, TGradient>(block, offset, vectorized, width);
    }

    [MethodImpl(KernelCode.Loop)]
    private float UpdatePart<T, TGradient>(in ParameterBlock block, long offset, int from, int end)
        where T : unmanaged, ILanes<T>
        where TGradient : unmanaged, IElement<TGradient>
    {
        float* weights = block.Weight + offset;
        float* firsts = block.First + offset;
        float* seconds = block.Second + offset;
        TGradient* gradients = (TGradient*)block.Gradient + offset;
        Coefficients<T> constants = new(Constants, block);
        T squares = T.Zero;
        for (int i = from; i < end; i += T.Count)
        {
            T weight = constants.Update(T.Load(weights + i), TGradient.Load<T>(gradients + i), firsts + i, seconds + i);
            T.Store(weight, weights + i);
            squares = T.MultiplyAdd(weight, weight, squares);
        }

        return T.Sum(squares);
    }

    private static void FinishRow(in ParameterBlock block, long offset, int width, float scale)
    {
        if (scale != 1 || block.Copy != null)
        {
            int vectorized = Rows.VectorizedLength<TLanes>(width);
            FinishPart<TLanes>(block, offset, scale, 0, vectorized);
            FinishPart<ScalarLane>(block, offset, scale, vectorized, width);
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void FinishPart<T>(in ParameterBlock block, long offset, float scale, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* weights = block.Weight + offset;
        TElement* copy = (TElement*)block.Copy + offset;
        bool hasCopy = block.Copy != null;
        T factor = T.Of(scale);
        for (int i = from; i < end; i += T.Count)
        {
            T weight = T.Load(weights + i) * factor;
            T.Store(weight, weights + i);
            if (hasCopy)
            {
                TElement.Store(weight, copy + i);
            }
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private void UpdateColumns<T, TGradient>(in ParameterBlock block, long offset, float* squares, int from, int end)
        where T : unmanaged, ILanes<T>
        where TGradient : unmanaged, IElement<TGradient>
    {
        float* weights = block.Weight + offset;
        float* firsts = block.First + offset;
        float* seconds = block.Second + offset;
        TGradient* gradients = (TGradient*)block.Gradient + offset;
        Coefficients<T> constants = new(Constants, block);
        for (int i = from; i < end; i += T.Count)
        {
            T weight = constants.Update(T.Load(weights + i), TGradient.Load<T>(gradients + i), firsts + i, seconds + i);
            T.Store(weight, weights + i);
            T.Store(T.MultiplyAdd(weight, weight, T.Load(squares + i)), squares + i);
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void FinishColumns<T>(in ParameterBlock block, long offset, float* scales, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* weights = block.Weight + offset;
        TElement* copy = (TElement*)block.Copy + offset;
        bool hasCopy = block.Copy != null;
        for (int i = from; i < end; i += T.Count)
        {
            T weight = T.Load(weights + i) * T.Load(scales + i);
            T.Store(weight, weights + i);
            if (hasCopy)
            {
                TElement.Store(weight, copy + i);
            }
        }
    }

    /// <summary>The step's numbers in every lane.</summary>
    private readonly struct Coefficients<T>
        where T : unmanaged, ILanes<T>
    {
        private readonly T _keptFirst;
        private readonly T _addedFirst;
        private readonly T _keptSecond;
        private readonly T _addedSecond;
        private readonly T _gradientScale;
        private readonly T _stepSize;
        private readonly T _inverseRootCorrection;
        private readonly T _epsilon;
        private readonly T _keptWeight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Coefficients(in AdamConstants constants, in ParameterBlock block)
        {
            _keptFirst = T.Of(constants.KeptFirst);
            _addedFirst = T.Of(1 - constants.KeptFirst);
            _keptSecond = T.Of(constants.KeptSecond);
            _addedSecond = T.Of(1 - constants.KeptSecond);
            _gradientScale = T.Of(constants.GradientScale);
            _stepSize = T.Of(constants.StepSize * block.RateFactor);
            _inverseRootCorrection = T.Of(1 / constants.RootCorrection);
            _epsilon = T.Of(constants.Epsilon);
            _keptWeight = T.Of(block.Decays ? (float)(1 - (constants.Decay * block.RateFactor)) : 1);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Update(T weight, T gradient, float* first, float* second)
        {
            gradient *= _gradientScale;
            T newFirst = T.MultiplyAdd(T.Load(first), _keptFirst, gradient * _addedFirst);
            T newSecond = T.MultiplyAdd(T.Load(second), _keptSecond, gradient * gradient * _addedSecond);
            T.Store(newFirst, first);
            T.Store(newSecond, second);
            T root = T.MultiplyAdd(T.Sqrt(newSecond), _inverseRootCorrection, _epsilon);
            return (weight * _keptWeight) - (_stepSize * newFirst / root);
        }
    }
}
