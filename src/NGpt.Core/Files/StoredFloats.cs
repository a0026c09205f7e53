using System.Runtime.InteropServices;

namespace NGpt.Core.Files;

/// <summary>Numbers of files, little-endian, as float32.</summary>
internal static class StoredFloats
{
    /// <summary>Reads float16 numbers.</summary>
    public static void ReadFloat16(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ReadOnlySpan<Half> numbers = MemoryMarshal.Cast<byte, Half>(source);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = (float)numbers[i];
        }
    }

    /// <summary>Reads bfloat16 numbers.</summary>
    public static void ReadBFloat16(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ReadOnlySpan<ushort> upper = MemoryMarshal.Cast<byte, ushort>(source);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
        }
    }
}
