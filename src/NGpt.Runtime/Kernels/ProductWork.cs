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

    /// <summary>Room for each thread.</summary>
    public required byte* Scratch { get; init; }

    /// <summary>Bytes from one thread's room to the next one's.</summary>
    public required long ScratchBytes { get; init; }

    public void Run(int thread, int threads)
    {
        byte* scratch = Scratch + (thread * ScratchBytes);
        for (int i = 0; i < Count; i++)
        {
            ProductItem* item = Items + i;
            bool panels = item->Type <= WeightType.BF16 && Input.Tokens > NumberRows<TLanes, Float32>.MaxTokens;
            int unit = panels ? TiledBlock<TLanes, TTile>.MaxVectors * TLanes.Count : RowUnit;
            (int first, int end) = ThreadTeam.Share(item->Rows, thread, threads, unit);
            if (item->Type == WeightType.F32)
            {
                Numbers<Float32>(*item, panels, first, end, scratch);
            }
            else if (item->Type == WeightType.BF16)
            {
                Numbers<BFloat16>(*item, panels, first, end, scratch);
            }
            else if (Input.Tokens <= TGroup.Count || (item->Type == WeightType.Q8_0 && TGroup.TakesBytes))
            {
                Blocks<TGroup>(*item, first, end, scratch);
            }
            else
            {
                Blocks<TToken>(*item, first, end, scratch);
            }
        }
    }

    private void Numbers<TElement>(in ProductItem item, bool panels, int first, int end, byte* scratch)
        where TElement : unmanaged, IElement<TElement>
    {
        if (panels)
        {
            NumberTiles<TLanes, TTile, TElement>.Multiply(item, Input, first, end, (float*)scratch);
        }
        else
        {
            NumberRows<TLanes, TElement>.Multiply(item, Input, first, end);
        }
    }

    private void Blocks<TGroupLanes>(in ProductItem item, int first, int end, byte* scratch)
        where TGroupLanes : unmanaged, ITokenLanes<TGroupLanes>
    {
        switch (item.Type)
        {
            case WeightType.Q8_0 when !TGroupLanes.TakesBytes:
                Blocks<Q8Format, TGroupLanes, SplitStep<TGroupLanes>, SplitSum<TGroupLanes>>(item, first, end, scratch);
                break;
            case WeightType.Q8_0:
                Blocks<Q8Format, TGroupLanes, ByteStep<TGroupLanes>, TGroupLanes>(item, first, end, scratch);
                break;
            case WeightType.Q4_0:
                Blocks<Q4Format, TGroupLanes, SmallStep<TGroupLanes, Q4Format>, TGroupLanes>(item, first, end, scratch);
                break;
            default:
                Blocks<NvFp4Format, TGroupLanes, SmallStep<TGroupLanes, NvFp4Format>, TGroupLanes>(item, first, end, scratch);
                break;
        }
    }

    private void Blocks<TFormat, TGroupLanes, TStep, TSum>(in ProductItem item, int first, int end, byte* scratch)
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
