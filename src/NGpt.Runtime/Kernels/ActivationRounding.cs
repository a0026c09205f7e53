using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Core.Quantization;
using NGpt.Runtime.Kernels.Formats;

namespace NGpt.Runtime.Kernels;

/// <summary>Rounds activations to bytes: 32 values share a scale, with which the largest becomes 127 or −127.</summary>
internal static unsafe class ByteRounding
{
    private const int Vectors = Activations.BlockLength / 4;
    private const int Half = Activations.BlockLength / 2;

    /// <summary>
    /// Rounds a row for the order of columns. <paramref name="x"/>: [width]. <paramref name="width"/>: A
    /// multiple of 32.
    /// </summary>
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

    /// <summary>
    /// Rounds a row for the order of halves (<see cref="RoundedRows"/>). <paramref name="x"/>: [width]. <paramref name="width"/>: A
    /// multiple of 64.
    /// </summary>
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

    /// <summary>
    /// Rounds a row into its lane of a group. <paramref name="x"/>: [width], or null for a lane that is not used: zeros.
    /// <paramref name="width"/>: A multiple of 32. <paramref name="bytes"/>: the lane's first bytes, in [width / 4, lanes,
    /// 4]. <paramref name="scales"/>: the lane's first scale, in [width / 32, lanes]. <paramref name="sums"/>: the lane's
    /// first sum, in [width / 16, lanes].
    /// </summary>
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

/// <summary>
/// Rows of activations that are quantized to bytes, for products with a few tokens. In the order of halves, of 64 columns in
/// four groups of 16 the lower eights of all groups come first, then the upper eights: the order of the lower and of the upper
/// halves of the bytes of an NVFP4 block, so that weights can be multiplied as they are stored.
/// </summary>
/// <param name="Bytes">[rows, width], in the order of columns or of halves.</param>
/// <param name="Starts">
/// Where a block's eight sums begin: −offset times the sum of the activations that are added up in the lane, which makes
/// up for weights to which the offset was added. [rows, width / 4], or for halves [rows, width / 8].
/// </param>
/// <param name="Scales">
/// [rows, width / 32], or for halves one for each lane, [rows, width / 8]; multiplied with <see cref="ScaleShift"/>, so that
/// products with scales of weights that are divided by as much (<see cref="IBlockFormat.Scales"/>) are usual values.
/// </param>
internal readonly unsafe record struct RoundedRows(nint Bytes, nint Starts, nint Scales)
{
    /// <summary>2¹⁰⁰: activations up to 10¹⁰ do not overflow.</summary>
    public const float ScaleShift = 1.2676506002282294e30f;

    /// <summary>Sums of a block.</summary>
    public const int Lanes = 8;

    /// <summary>The row after some others.</summary>
    public RoundedRows Row<TFormat>(long row, int width)
        where TFormat : unmanaged, IBlockFormat
    {
        long blocks = row * (width / (Activations.BlockLength * TFormat.Parts));
        long scales = TFormat.Parts == 2 ? blocks * Lanes : blocks;
        return new RoundedRows((nint)(Bytes + (row * width)), (nint)(Starts + (blocks * Lanes * sizeof(int))), (nint)(Scales + (scales * sizeof(float))));
    }

    /// <summary>The activations of a block's first weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<sbyte> First<TFormat>(nint block)
        where TFormat : unmanaged, IBlockFormat => Vector256.Load((sbyte*)Bytes + (block * TFormat.Parts * Activations.BlockLength));

    /// <summary>Those of the others, where there are two parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<sbyte> Second<TFormat>(nint block)
        where TFormat : unmanaged, IBlockFormat => TFormat.Parts == 2
            ? Vector256.Load((sbyte*)Bytes + (block * TFormat.Parts * Activations.BlockLength) + Activations.BlockLength)
            : default;

    /// <summary>Where the block's sums begin; nothing where weights have no offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> Start<TFormat>(nint block)
        where TFormat : unmanaged, IBlockFormat => TFormat.Offset == 0 ? default : Vector256.Load((int*)Starts + (block * Lanes));

    /// <summary>The scales of the block's activations.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Scale<TFormat>(nint block)
        where TFormat : unmanaged, IBlockFormat => TFormat.Parts == 2
            ? Vector256.Load((float*)Scales + (block * Lanes))
            : Vector256.Create(((float*)Scales)[block]);
}

/// <summary>Rounds all tokens of a product to bytes, in groups.</summary>
internal readonly unsafe struct GroupRoundingWork(ProductInput input) : IParallelWork
{
    public void Run(int thread, int threads)
    {
        int length = input.GroupLength;
        (int first, int end) = ThreadTeam.Share((input.Tokens + length - 1) / length, thread, threads);
        for (int token = first * length; token < end * length; token++)
        {
            (int group, int lane) = (token / length, token % length);
            long numbers = (long)group * length * input.Width;
            ByteRounding.Lane(
                token < input.Tokens ? input.X + ((long)token * input.Width) : null,
                input.Width,
                length,
                input.GroupBytes + numbers + (lane * sizeof(int)),
                input.GroupScales + (numbers / Activations.BlockLength) + lane,
                input.GroupSums + (numbers / Activations.SumLength) + lane);
        }
    }
}
