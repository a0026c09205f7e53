using NGpt.Core.Numerics.Products.Managed;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Core.Quantization;
using NGpt.Runtime.Kernels.Formats;
using NGpt.Runtime.Kernels.Instructions;
using NGpt.Runtime.Kernels.Tiles;
using NGpt.Runtime.Kernels.Vectors;

namespace NGpt.Runtime.Kernels;

/// <summary>Products as threads share them: each takes a part of every matrix's rows.</summary>
internal readonly unsafe struct ProductWork<TLanes, TTile, TDot, TGroup, TToken> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TTile : unmanaged, ITile<TLanes>
    where TDot : unmanaged, IByteDot
    where TGroup : unmanaged, ITokenLanes<TGroup>
    where TToken : unmanaged, ITokenLanes<TToken>
{
    // Rows that the kernels for a few tokens take together.
    private const int RowUnit = 4;

    /// <summary>The matrices.</summary>
    public required ProductItem* Items { get; init; }

    /// <summary>Number of matrices.</summary>
    public required int Count { get; init; }

    /// <summary>The tokens.</summary>
    public required ProductInput Input { get; init; }

    /// <summary>Scratch memory of each thread.</summary>
    public required byte* Scratch { get; init; }

    /// <summary>Bytes from one thread's scratch memory to the next one's.</summary>
    public required long ScratchBytes { get; init; }

    public void Run(int thread, int threads)
    {
        byte* scratch = Scratch + (thread * ScratchBytes);
        for (int i = 0; i < Count; i++)
        {
            ProductItem* item = Items + i;
            bool panels = item->Type <= WeightType.BF16 && Input.Tokens > UnquantizedRows<TLanes, Float32>.MaxTokens;
            int unit = panels ? TiledBlock<TLanes, TTile>.MaxVectors * TLanes.Count : RowUnit;
            (int first, int end) = ThreadTeam.Share(item->Rows, thread, threads, unit);
            if (item->Type == WeightType.F32)
            {
                MultiplyUnquantized<Float32>(*item, panels, first, end, scratch);
            }
            else if (item->Type == WeightType.F16)
            {
                MultiplyUnquantized<Float16>(*item, panels, first, end, scratch);
            }
            else if (item->Type == WeightType.BF16)
            {
                MultiplyUnquantized<BFloat16>(*item, panels, first, end, scratch);
            }
            else if (Input.Tokens <= TGroup.Count || (item->Type == WeightType.Q8_0 && TGroup.TakesBytes))
            {
                MultiplyBlocks<TGroup>(*item, first, end, scratch);
            }
            else
            {
                MultiplyBlocks<TToken>(*item, first, end, scratch);
            }
        }
    }

    private void MultiplyUnquantized<TElement>(in ProductItem item, bool panels, int first, int end, byte* scratch)
        where TElement : unmanaged, IElement<TElement>
    {
        if (panels)
        {
            UnquantizedTiles<TLanes, TTile, TElement>.Multiply(item, Input, first, end, (float*)scratch);
        }
        else
        {
            UnquantizedRows<TLanes, TElement>.Multiply(item, Input, first, end);
        }
    }

    private void MultiplyBlocks<TGroupLanes>(in ProductItem item, int first, int end, byte* scratch)
        where TGroupLanes : unmanaged, ITokenLanes<TGroupLanes>
    {
        switch (item.Type)
        {
            case WeightType.Q8_0 when !TGroupLanes.TakesBytes:
                MultiplyBlocks<Q8Format, TGroupLanes, SplitStep<TGroupLanes>, SplitSum<TGroupLanes>>(item, first, end, scratch);
                break;
            case WeightType.Q8_0:
                MultiplyBlocks<Q8Format, TGroupLanes, ByteStep<TGroupLanes, Q8Format>, TGroupLanes>(item, first, end, scratch);
                break;
            case WeightType.Q4_0:
                MultiplyBlocks<Q4Format, TGroupLanes, ByteStep<TGroupLanes, Q4Format>, TGroupLanes>(item, first, end, scratch);
                break;
            case WeightType.NVFP4:
                MultiplyBlocks<NvFp4Format, TGroupLanes, ByteStep<TGroupLanes, NvFp4Format>, TGroupLanes>(item, first, end, scratch);
                break;
            default:
                throw new NotSupportedException($"There is no product of {item.Type} weights.");
        }
    }

    private void MultiplyBlocks<TFormat, TGroupLanes, TStep, TSum>(in ProductItem item, int first, int end, byte* scratch)
        where TFormat : unmanaged, IBlockFormat
        where TGroupLanes : unmanaged, ITokenLanes<TGroupLanes>
        where TStep : unmanaged, ITileStep<TGroupLanes, TSum>
        where TSum : unmanaged
    {
        if (Input.Tokens <= Activations.MaxRows)
        {
            BlockRows<TDot, TFormat>.Multiply(item, Input, first, end);
        }
        else
        {
            BlockTiles<TGroupLanes, TFormat, TStep, TSum>.Multiply(item, Input, first, end, new TileScratch(scratch, Input.Width));
        }
    }
}

/// <summary>One matrix of a product as the threads see it: pointers and sizes.</summary>
internal readonly unsafe struct ProductItem
{
    /// <summary>How the weights are stored.</summary>
    public WeightType Type { get; init; }

    /// <summary>First byte of the weights.</summary>
    public byte* Weights { get; init; }

    /// <summary>Bytes of a row.</summary>
    public long RowBytes { get; init; }

    /// <summary>Rows of the matrix.</summary>
    public int Rows { get; init; }

    /// <summary>Columns of the matrix.</summary>
    public int Columns { get; init; }

    /// <summary>The scale of the whole tensor.</summary>
    public float TensorScale { get; init; }

    /// <summary>A scale for each row, or null.</summary>
    public float* RowScales { get; init; }

    /// <summary>First result.</summary>
    public float* Y { get; init; }

    /// <summary>Elements from one token's results to the next one's.</summary>
    public long YStride { get; init; }

    /// <summary>The scale of one row's results.</summary>
    public float RowScale(int row) => RowScales is null ? 1 : RowScales[row];

    /// <summary>What a row's sum of integers times scales is multiplied with.</summary>
    public float Scale<TFormat>(int row)
        where TFormat : unmanaged, IBlockFormat => TFormat.Unit * TensorScale * RowScale(row);
}
