using System.Runtime.CompilerServices;

namespace NGpt.Runtime.Kernels.Formats;

/// <summary>Scales of float16.</summary>
internal static class HalfScale
{
    // The exponents of float32 and float16 differ by 112.
    private const float ExponentShift = 5.192296858534828e33f;

    /// <summary>The number of 16 bits, exact for every finite one; infinity and NaN come out as finite numbers above 65,504.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe float Read(byte* source)
    {
        // Sign-extended, so that one shift moves the exponent and one mask clears the copies of the sign.
        int bits = *(short*)source;
        return BitConverter.Int32BitsToSingle((bits << 13) & unchecked((int)0x8FFFE000)) * ExponentShift;
    }
}
