using System.Runtime.Intrinsics.Arm;
using NGpt.Core.Numerics.Products.Managed;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Kernels.Instructions;
using NGpt.Runtime.Kernels.Tiles;

namespace NGpt.Runtime.Kernels;

/// <summary>The kernels of one kind of processor.</summary>
internal abstract unsafe class ProductKernels
{
    /// <summary>The best kernels for this processor.</summary>
    public static ProductKernels Best { get; } = Choose();

    /// <summary>Which instructions they use, human-readable.</summary>
    public abstract string Description { get; }

    /// <summary>Bytes of scratch memory that a thread needs.</summary>
    public abstract long ScratchBytes(int widestInput);

    /// <summary>Tokens of a group, which the layout of rounded inputs depends on.</summary>
    public abstract int GroupLength(int tokens);

    /// <summary>Computes products. <paramref name="team"/>: the threads; null for the calling one alone.</summary>
    public abstract void Multiply(ThreadTeam? team, ProductItem* items, int count, in ProductInput input, byte* scratch, long scratchBytes);

    /// <summary>
    /// Rounds all tokens to bytes, in groups. <paramref name="team"/>: the threads; null for the calling one alone.
    /// </summary>
    public static void Round(ThreadTeam? team, in ProductInput input) => Run(team, new GroupRoundingWork(input));

    /// <summary>Runs work on the threads. <paramref name="team"/>: the threads; null for the calling one alone.</summary>
    private protected static void Run<TWork>(ThreadTeam? team, TWork work)
        where TWork : unmanaged, IParallelWork
    {
        if (team is null)
        {
            work.Run(0, 1);
        }
        else
        {
            team.Run(work);
        }
    }

    private static ProductKernels Choose()
    {
        // With weights of four bits, sums of 16 bits in 512 go faster than sums of 32 bits in 256, the only width of
        // VNNI; but not for eight tokens.
        if (Lanes512.IsFast && TokenLanes512.IsSupported)
        {
            return TokenLanesVnni.IsSupported
                ? new InstructionKernels<Lanes512, EightRowTile<Lanes512>, VnniByteDot, TokenLanesVnni, TokenLanes512>()
                : new InstructionKernels<Lanes512, EightRowTile<Lanes512>, Avx2ByteDot, TokenLanes256, TokenLanes512>();
        }

        if (Lanes256.IsFast && TokenLanes256.IsSupported)
        {
            return TokenLanesVnni.IsSupported
                ? new InstructionKernels<Lanes256, FourRowTile<Lanes256>, VnniByteDot, TokenLanesVnni, TokenLanesVnni>()
                : new InstructionKernels<Lanes256, FourRowTile<Lanes256>, Avx2ByteDot, TokenLanes256, TokenLanes256>();
        }

        return AdvSimd.Arm64.IsSupported
            ? new InstructionKernels<Lanes128, EightRowTile<Lanes128>, NarrowByteDot, TokenLanes128, TokenLanes128>()
            : new InstructionKernels<Lanes128, FourRowTile<Lanes128>, NarrowByteDot, TokenLanes128, TokenLanes128>();
    }
}

/// <summary>Kernels over one set of instructions.</summary>
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
