using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Runtime.Kernels;

/// <summary>Rounds activations to bytes: 32 numbers share a scale, with which the largest becomes 127 or −127.</summary>
internal static unsafe class ByteRounding
{
    private const int Vectors = Activations.BlockLength / 4;

    /// <summary>Rounds a row.</summary>
    /// <param name="x">[width].</param>
    /// <param name="width">A multiple of 32.</param>
    /// <param name="bytes">[width].</param>
    /// <param name="scales">[width / 32].</param>
    [MethodImpl(KernelCode.Loop)]
    public static void Row(float* x, int width, sbyte* bytes, float* scales)
    {
        for (int column = 0; column < width; column += Activations.BlockLength)
        {
            *scales++ = Block(x + column, bytes + column);
        }
    }

    /// <summary>Rounds a row into its lane of a group.</summary>
    /// <param name="x">[width], or null for a lane that is not used: zeros.</param>
    /// <param name="width">A multiple of 32.</param>
    /// <param name="lanes">Tokens of the group.</param>
    /// <param name="bytes">The lane's first bytes, in [width / 4, lanes, 4].</param>
    /// <param name="scales">The lane's first scale, in [width / 32, lanes].</param>
    /// <param name="sums">The lane's first sum, in [width / 16, lanes].</param>
    [MethodImpl(KernelCode.Loop)]
    public static void Lane(float* x, int width, int lanes, sbyte* bytes, float* scales, int* sums)
    {
        sbyte* block = stackalloc sbyte[Activations.BlockLength];
        new Span<sbyte>(block, Activations.BlockLength).Clear();
        int* target = (int*)bytes;
        for (int column = 0; column < width; column += Activations.BlockLength)
        {
            *scales = x is null ? 0 : Block(x + column, block);
            scales += lanes;
            for (int i = 0; i < Activations.BlockLength; i += sizeof(int))
            {
                *target = *(int*)(block + i);
                target += lanes;
            }

            for (int i = 0; i < Activations.BlockLength; i += Activations.SumLength)
            {
                (Vector128<short> lower, Vector128<short> upper) = Vector128.Widen(Vector128.Load(block + i));
                *sums = Vector128.Sum(lower + upper);
                sums += lanes;
            }
        }
    }

    // Returns the scale.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Block(float* x, sbyte* bytes)
    {
        Vector128<float> most = Vector128.Abs(Vector128.Load(x));
        for (int i = 1; i < Vectors; i++)
        {
            most = Vector128.MaxNative(most, Vector128.Abs(Vector128.Load(x + (4 * i))));
        }

        float largest = Reduction.Largest(most);
        Vector128<float> inverse = Vector128.Create(largest > 0 ? 127 / largest : 0);
        for (int i = 0; i < Activations.BlockLength; i += 16)
        {
            Vector128<short> lower = Vector128.Narrow(Rounded(x + i, inverse), Rounded(x + i + 4, inverse));
            Vector128<short> upper = Vector128.Narrow(Rounded(x + i + 8, inverse), Rounded(x + i + 12, inverse));
            Vector128.Narrow(lower, upper).Store(bytes + i);
        }

        return largest / 127;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Rounded(float* x, Vector128<float> inverse) =>
        Vector128.ConvertToInt32Native(Vector128.Round(Vector128.Load(x) * inverse));
}
