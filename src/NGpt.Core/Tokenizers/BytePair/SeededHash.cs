using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NGpt.Core.Tokenizers.BytePair;

/// <summary>A hash with a seed that differs from process to process, so that no file can be made to fill one bucket.</summary>
internal static class SeededHash
{
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
    private static readonly ulong Seed = Random();
    private static readonly ulong SecondSeed = Random() | 1;

    /// <summary>The hash of a number.</summary>
    /// <param name="value">The number.</param>
    public static ulong Of(ulong value) => Fold(value ^ Seed, SecondSeed);

    /// <summary>The hash of a byte string.</summary>
    /// <param name="bytes">The bytes.</param>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Seed ^ ((ulong)bytes.Length * Multiplier);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes), SecondSeed);
        }

        ulong rest = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            rest |= (ulong)bytes[i] << (8 * i);
        }

        return Fold(hash ^ rest, SecondSeed);
    }

    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low ^ (left * Multiplier);
    }

    private static ulong Random()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
