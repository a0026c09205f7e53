using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NGpt.Runtime.Kernels.Instructions;

/// <summary>
/// Multiples of whole numbers by a constant. Those that kernels ask for are shifted where that is possible: products of
/// 32 bits are slow, and the compiler leaves them as they are.
/// </summary>
internal static class Multiples
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>value · factor.</summary>
    [MethodImpl(Inline)]
    public static Vector128<int> Of(Vector128<int> value, int factor) => factor switch
    {
        8 => value << 3,
        16 => value << 4,
        128 => value << 7,
        _ => value * factor,
    };

    /// <inheritdoc cref="Of(Vector128{int}, int)"/>
    [MethodImpl(Inline)]
    public static Vector256<int> Of(Vector256<int> value, int factor) => factor switch
    {
        8 => value << 3,
        16 => value << 4,
        128 => value << 7,
        _ => value * factor,
    };

    /// <inheritdoc cref="Of(Vector128{int}, int)"/>
    [MethodImpl(Inline)]
    public static Vector512<int> Of(Vector512<int> value, int factor) => factor switch
    {
        8 => value << 3,
        16 => value << 4,
        128 => value << 7,
        _ => value * factor,
    };
}
