using System.Runtime.Intrinsics.Arm;
using NGpt.Core.Numerics.Products.Managed;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Kernels.Instructions;

namespace NGpt.Runtime.Kernels;

/// <summary>The kernels of one kind of processor.</summary>
internal abstract unsafe class ProductKernels
{
    /// <summary>The best kernels for this processor.</summary>
    public static ProductKernels Best { get; } = Choose();

    /// <summary>Which instructions they use, for people.</summary>
    public abstract string Description { get; }

    /// <summary>Bytes of room that a thread needs.</summary>
    /// <param name="widestInput">Columns of the widest matrix.</param>
    public abstract long ScratchBytes(int widestInput);

    /// <summary>Tokens of a group, which the layout of rounded inputs depends on.</summary>
    /// <param name="tokens">Tokens of the product.</param>
    public abstract int GroupLength(int tokens);

    /// <summary>Computes products.</summary>
    /// <param name="team">The threads; null for the calling one alone.</param>
    /// <param name="items">The matrices.</param>
    /// <param name="count">Number of matrices.</param>
    /// <param name="input">The tokens.</param>
    /// <param name="scratch">Room for each thread.</param>
    /// <param name="scratchBytes">Bytes from one thread's room to the next one's.</param>
    public abstract void Multiply(ThreadTeam? team, ProductItem* items, int count, in ProductInput input, byte* scratch, long scratchBytes);

    /// <summary>Rounds all tokens to bytes, in groups.</summary>
    /// <param name="team">The threads; null for the calling one alone.</param>
    /// <param name="input">The tokens.</param>
    public static void Round(ThreadTeam? team, in ProductInput input) => Run(team, new GroupRoundingWork(input));

    /// <summary>Runs work on the threads.</summary>
    /// <typeparam name="TWork">Type of the work.</typeparam>
    /// <param name="team">The threads; null for the calling one alone.</param>
    /// <param name="work">The work.</param>
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
        // With weights of four bits, sums of 16 bits in 512 go faster than sums of 32 bits in 256, which is what there is of
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
