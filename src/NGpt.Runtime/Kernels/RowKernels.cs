using NGpt.Core.Numerics.Operators;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Kernels;

/// <summary>Everything between matrix products, for vectors of one width that is chosen once.</summary>
internal abstract unsafe class RowKernels
{
    // With fewer elements the other threads would not be awake before the work is done.
    private const long MinShared = 1 << 15;

    private readonly ThreadTeam _team;

    private protected RowKernels(ThreadTeam team) => _team = team;

    /// <summary>
    /// The kernels with this processor's widest vectors. <paramref name="team"/>: the threads that compute; must outlive the
    /// kernels.
    /// </summary>
    public static RowKernels Create(ThreadTeam team) =>
        Lanes512.IsFast ? new RowKernels<Lanes512>(team)
        : Lanes256.IsFast ? new RowKernels<Lanes256>(team)
        : new RowKernels<Lanes128>(team);

    /// <summary>See <see cref="CausalAttentionRows{TLanes, TElement}.ScratchLength"/>.</summary>
    public abstract int AttentionScratch(int paddedWidth);

    /// <summary>See <see cref="QueryKeyRows{TLanes, TElement}"/>.</summary>
    public abstract void PrepareHeads(BatchRows rows, HeadRows heads, float* queryScale, bool unitLength, GrowingRotaryTable rotary, CacheLayer cache);

    /// <summary>See <see cref="CausalAttentionRows{TLanes, TElement}"/>.</summary>
    public abstract void Attend(BatchRows rows, float* queries, CacheLayer cache, float* output, float* scratch);

    /// <summary>See <see cref="HypersphereUpdateForward{TLanes, TElement}"/>; in place.</summary>
    public abstract void HypersphereUpdate(float* hidden, float* branch, float* alpha, int rows, int width);

    /// <summary>See <see cref="SwiGluForward{TLanes, TElement, TScaling}"/>; nGPT's scales are in u and v already.</summary>
    public abstract void SwiGlu(float* up, float* gate, float* output, int rows, int width);

    /// <summary>See <see cref="ResidualNormForward{TLanes, TElement}"/>, without a branch.</summary>
    public abstract void RmsNorm(float* input, int* rowNumbers, float* gain, float epsilon, float* output, int rows, int width);

    /// <summary>See <see cref="ResidualRows{TLanes}"/>.</summary>
    public abstract void AddToResidual(float* hidden, float* branch, int rows, int width);

    /// <summary>Runs work on all threads where there is enough of it.</summary>
    private protected void Run<TWork>(TWork work, long size)
        where TWork : unmanaged, IParallelWork
    {
        if (size < MinShared)
        {
            work.Run(0, 1);
        }
        else
        {
            _team.Run(work);
        }
    }
}

/// <summary>The kernels of one vector width.</summary>
internal sealed unsafe class RowKernels<TLanes>(ThreadTeam team) : RowKernels(team)
    where TLanes : unmanaged, ILanes<TLanes>
{
    public override int AttentionScratch(int paddedWidth) => CausalAttentionRows<TLanes, Float32>.ScratchLength(paddedWidth);

    public override void PrepareHeads(BatchRows rows, HeadRows heads, float* queryScale, bool unitLength, GrowingRotaryTable rotary, CacheLayer cache)
    {
        if (cache.Type == CacheType.F32)
        {
            PrepareHeads<Float32>(rows, heads, queryScale, unitLength, rotary, cache);
        }
        else
        {
            PrepareHeads<Float16>(rows, heads, queryScale, unitLength, rotary, cache);
        }
    }

    public override void Attend(BatchRows rows, float* queries, CacheLayer cache, float* output, float* scratch)
    {
        if (cache.Type == CacheType.F32)
        {
            Attend<Float32>(rows, queries, cache, output, scratch);
        }
        else
        {
            Attend<Float16>(rows, queries, cache, output, scratch);
        }
    }

    public override void HypersphereUpdate(float* hidden, float* branch, float* alpha, int rows, int width) => Run(
        new HypersphereUpdateForward<TLanes, Float32>
        {
            Hidden = hidden,
            Branch = (Float32*)branch,
            Alpha = alpha,
            Output = hidden,
            OutputElements = null,
            RowCount = rows,
            Width = width,
        },
        (long)rows * width);

    public override void SwiGlu(float* up, float* gate, float* output, int rows, int width) => Run(
        new SwiGluForward<TLanes, Float32, Unscaled>
        {
            Up = (Float32*)up,
            Gate = (Float32*)gate,
            InputStride = width,
            UpScale = null,
            GateScale = null,
            Output = (Float32*)output,
            RowCount = rows,
            Width = width,
        },
        4L * rows * width);

    public override void RmsNorm(float* input, int* rowNumbers, float* gain, float epsilon, float* output, int rows, int width) => Run(
        new ResidualNormForward<TLanes, Float32>
        {
            Hidden = input,
            RowNumbers = rowNumbers,
            Branch = null,
            Gain = gain,
            Output = null,
            Normalized = (Float32*)output,
            Epsilon = epsilon,
            RowCount = rows,
            Width = width,
        },
        (long)rows * width);

    public override void AddToResidual(float* hidden, float* branch, int rows, int width) =>
        Run(new ResidualRows<TLanes> { Hidden = hidden, Branch = branch, RowCount = rows, Width = width }, (long)rows * width);

    private void PrepareHeads<TElement>(BatchRows rows, HeadRows heads, float* queryScale, bool unitLength, GrowingRotaryTable rotary, CacheLayer cache)
        where TElement : unmanaged, IElement<TElement> => Run(
            new QueryKeyRows<TLanes, TElement>
            {
                Queries = heads.Queries,
                Keys = heads.Keys,
                Values = heads.Values,
                QueryScale = queryScale,
                UnitLength = unitLength,
                Cosines = rotary.Cosines,
                Sines = rotary.Sines,
                Slots = rows.Slots,
                Positions = rows.Positions,
                Cache = cache,
                RowCount = rows.Count,
            },
            (long)rows.Count * (cache.QueryHeadCount + (2 * cache.HeadCount)) * cache.HeadWidth);

    private void Attend<TElement>(BatchRows rows, float* queries, CacheLayer cache, float* output, float* scratch)
        where TElement : unmanaged, IElement<TElement> => Run(
            new CausalAttentionRows<TLanes, TElement>
            {
                Queries = queries,
                Output = output,
                Blocks = rows.Blocks,
                BlockCount = rows.BlockCount,
                FirstVisible = rows.FirstVisible,
                Cache = cache,
                Scratch = scratch,
            },
            rows.VisiblePairs * cache.QueryHeadCount * cache.HeadWidth);
}
