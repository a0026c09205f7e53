using NGpt.Core.Numerics.Products.Managed;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Kernels.Instructions;
using NGpt.Runtime.Kernels.Tiles;

namespace NGpt.Runtime.Kernels;

/// <summary>Kernels over one set of instructions.</summary>
/// <typeparam name="TLanes">Vectors of float32.</typeparam>
/// <typeparam name="TTile">Tile of float32 products.</typeparam>
/// <typeparam name="TDot">Products of bytes with a few tokens.</typeparam>
/// <typeparam name="TGroup">Products of bytes with no more tokens than it has lanes, and those that only it takes as they are.</typeparam>
/// <typeparam name="TToken">Products of bytes with many tokens; as many lanes as the other, or a multiple.</typeparam>
internal sealed unsafe class InstructionKernels<TLanes, TTile, TDot, TGroup, TToken> : ProductKernels
    where TLanes : unmanaged, ILanes<TLanes>
    where TTile : unmanaged, ITile<TLanes>
    where TDot : unmanaged, IByteDot
    where TGroup : unmanaged, ITokenLanes<TGroup>
    where TToken : unmanaged, ITokenLanes<TToken>
{
    /// <inheritdoc/>
    public override string Description => TGroup.Name == TToken.Name || TToken.Name == TLanes.Name
        ? $"{TLanes.Name}, {TGroup.Name}"
        : $"{TLanes.Name}, {TGroup.Name}, {TToken.Name}";

    /// <inheritdoc/>
    public override long ScratchBytes(int widestInput) =>
        Math.Max(TileScratch.Bytes(widestInput), TiledBlock<TLanes, TTile>.BufferLength * sizeof(float));

    /// <inheritdoc/>
    public override int GroupLength(int tokens) => tokens <= TGroup.Count ? TGroup.Count : TToken.Count;

    /// <inheritdoc/>
    public override void Multiply(ThreadTeam? team, ProductItem* items, int count, in ProductInput input, byte* scratch, long scratchBytes) =>
        Run(team, new ProductWork<TLanes, TTile, TDot, TGroup, TToken>
        {
            Items = items,
            Count = count,
            Input = input,
            Scratch = scratch,
            ScratchBytes = scratchBytes,
        });
}
