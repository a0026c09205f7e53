using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Kernels;

/// <summary>The kernels of one vector width.</summary>
/// <typeparam name="TLanes">Vector width.</typeparam>
/// <param name="team">The threads that compute.</param>
internal sealed unsafe class RowKernels<TLanes>(ThreadTeam team) : RowKernels(team)
    where TLanes : unmanaged, ILanes<TLanes>
{
    public override int AttentionScratch(int paddedWidth) => CausalAttentionRows<TLanes, Float32>.ScratchLength(paddedWidth);

    public override void PrepareHeads(BatchRows rows, HeadRows heads, float* queryScale, bool unitLength, RotaryTable rotary, CacheLayer cache)
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

    public override void MoveOnSphere(float* hidden, float* branch, float* alpha, int rows, int width) =>
        Run(new HypersphereRows<TLanes> { Hidden = hidden, Branch = branch, Alpha = alpha, RowCount = rows, Width = width }, (long)rows * width);

    public override void Gate(float* up, float* gate, float* output, int rows, int width) =>
        Run(new SwiGluRows<TLanes> { Up = up, Gate = gate, Output = output, RowCount = rows, Width = width }, 4L * rows * width);

    public override void RmsNorm(float* input, int* rowNumbers, float* gain, float epsilon, float* output, int rows, int width) => Run(
        new RmsNormRows<TLanes>
        {
            Input = input,
            RowNumbers = rowNumbers,
            Gain = gain,
            Epsilon = epsilon,
            Output = output,
            RowCount = rows,
            Width = width,
        },
        (long)rows * width);

    public override void Add(float* hidden, float* branch, int rows, int width) =>
        Run(new ResidualRows<TLanes> { Hidden = hidden, Branch = branch, RowCount = rows, Width = width }, (long)rows * width);

    private void PrepareHeads<TElement>(BatchRows rows, HeadRows heads, float* queryScale, bool unitLength, RotaryTable rotary, CacheLayer cache)
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
            3L * rows.Count * cache.HeadCount * cache.HeadWidth);

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
            rows.VisiblePairs * cache.HeadCount * cache.HeadWidth);
}
