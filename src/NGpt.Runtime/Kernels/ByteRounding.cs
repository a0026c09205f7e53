using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Numerics.Vectors;
using NGpt.Core.Quantization;
using NGpt.Runtime.Kernels.Formats;

namespace NGpt.Runtime.Kernels;

/// <summary>Rounds activations to bytes: 32 numbers share a scale, with which the largest becomes 127 or −127.</summary>
internal static unsafe class ByteRounding
{
    private const int Vectors = Activations.BlockLength / 4;
    private const int Half = Activations.BlockLength / 2;

    /// <summary>Rounds a row for <see cref="ActivationOrder.Columns"/>.</summary>
    /// <param name="x">[width].</param>
    /// <param name="width">A multiple of 32.</param>
    /// <param name="row">Where to.</param>
    [MethodImpl(KernelCode.Loop)]
    public static void Columns(float* x, int width, RoundedRows row)
    {
        sbyte* bytes = (sbyte*)row.Bytes;
        int* starts = (int*)row.Starts;
        float* scales = (float*)row.Scales;
        for (int column = 0; column < width; column += Activations.BlockLength)
        {
            *scales++ = Block(x + column, bytes) * RoundedRows.ScaleShift;
            (Quads(bytes) * -Q4Format.Offset).Store(starts);
            (Quads(bytes + Half) * -Q4Format.Offset).Store(starts + (RoundedRows.Lanes / 2));
            bytes += Activations.BlockLength;
            starts += RoundedRows.Lanes;
        }
    }

    /// <summary>Rounds a row for <see cref="ActivationOrder.Halves"/>.</summary>
    /// <param name="x">[width].</param>
    /// <param name="width">A multiple of 64.</param>
    /// <param name="row">Where to.</param>
    [MethodImpl(KernelCode.Loop)]
    public static void Halves(float* x, int width, RoundedRows row)
    {
        sbyte* bytes = (sbyte*)row.Bytes;
        int* starts = (int*)row.Starts;
        float* scales = (float*)row.Scales;
        long* columns = stackalloc long[Activations.HalvesLength / sizeof(long)];
        for (int column = 0; column < width; column += Activations.HalvesLength)
        {
            Vector128.Create(Block(x + column, (sbyte*)columns) * RoundedRows.ScaleShift).Store(scales);
            float second = Block(x + column + Activations.BlockLength, (sbyte*)columns + Activations.BlockLength) * RoundedRows.ScaleShift;
            Vector128.Create(second).Store(scales + (RoundedRows.Lanes / 2));
            long* eights = (long*)bytes;
            for (int group = 0; group < NvFp4Block.Groups; group++)
            {
                (eights[group], eights[NvFp4Block.Groups + group]) = (columns[2 * group], columns[(2 * group) + 1]);
            }

            sbyte* upper = bytes + Activations.BlockLength;
            ((Quads(bytes) + Quads(upper)) * -NvFp4Format.Offset).Store(starts);
            ((Quads(bytes + Half) + Quads(upper + Half)) * -NvFp4Format.Offset).Store(starts + (RoundedRows.Lanes / 2));
            bytes += Activations.HalvesLength;
            starts += RoundedRows.Lanes;
            scales += RoundedRows.Lanes;
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

    // The sums of four bytes each.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Quads(sbyte* bytes)
    {
        Vector128<int> quads = Vector128.Load(bytes).AsInt32();
        return (quads << 24 >> 24) + (quads << 16 >> 24) + (quads << 8 >> 24) + (quads >> 24);
    }

    // Returns the scale.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Block(float* x, sbyte* bytes)
    {
        Vector128<float> max = Vector128.Abs(Vector128.Load(x));
        for (int i = 1; i < Vectors; i++)
        {
            max = Vector128.MaxNative(max, Vector128.Abs(Vector128.Load(x + (4 * i))));
        }

        float largest = Reduction.Largest(max);
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
