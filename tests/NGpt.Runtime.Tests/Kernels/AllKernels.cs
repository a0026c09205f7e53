using NGpt.Core.Numerics.Products.Managed;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Kernels;
using NGpt.Runtime.Kernels.Instructions;

namespace NGpt.Runtime.Tests.Kernels;

/// <summary>Kernels of all kinds that this processor can run, some of them with instructions that are imitated.</summary>
internal static class AllKernels
{
    public static IEnumerable<ProductKernels> Supported()
    {
        yield return new InstructionKernels<Lanes128, FourRowTile<Lanes128>, NarrowByteDot, TokenLanes128, TokenLanes128>();
        yield return new InstructionKernels<Lanes128, EightRowTile<Lanes128>, NarrowByteDot, TokenLanesVnni, TokenLanesVnni>();
        if (Avx2ByteDot.IsSupported)
        {
            yield return new InstructionKernels<Lanes256, FourRowTile<Lanes256>, Avx2ByteDot, TokenLanes256, TokenLanes256>();
            yield return new InstructionKernels<Lanes512, EightRowTile<Lanes512>, Avx2ByteDot, TokenLanes512, TokenLanes512>();
            yield return new InstructionKernels<Lanes512, EightRowTile<Lanes512>, Avx2ByteDot, TokenLanesVnni, TokenLanes512>();
        }

        if (VnniByteDot.IsSupported)
        {
            yield return new InstructionKernels<Lanes256, FourRowTile<Lanes256>, VnniByteDot, TokenLanesVnni, TokenLanesVnni>();
            yield return new InstructionKernels<Lanes512, EightRowTile<Lanes512>, VnniByteDot, TokenLanesVnni, TokenLanes512>();
        }
    }
}
