using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NGpt.Runtime.Kernels.Instructions;

/// <summary>
/// A vector with a lane of 32 bits for each token: four bytes of activations that meet the same four bytes of weights
/// in every lane, integer sums, or float32 sums. For products with many tokens.
/// </summary>
internal unsafe interface ITokenLanes<TSelf>
    where TSelf : unmanaged, ITokenLanes<TSelf>
{
    /// <summary>Number of tokens.</summary>
    static abstract int Count { get; }

    /// <summary>Whether this processor has the instructions.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Name of the instructions, human-readable.</summary>
    static abstract string Name { get; }

    /// <summary>
    /// Whether <see cref="AddProducts"/> takes weights of eight bits, with <see cref="ByteOffset"/> added, and sums over
    /// any number of columns. Where it does not, such weights are split into two of four bits.
    /// </summary>
    static abstract bool TakesBytes { get; }

    /// <summary>What is added to weights of eight bits: 128 where weights have no sign, else 0.</summary>
    static abstract int ByteOffset { get; }

    /// <summary>All lanes zero.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>Loads a vector.</summary>
    static abstract TSelf Load(void* source);

    /// <summary>Stores a vector.</summary>
    static abstract void Store(TSelf value, float* target);

    /// <summary>Four bytes of weights in every lane.</summary>
    static abstract TSelf Broadcast(int* source);

    /// <summary>
    /// Adds products with weights of 0 to 24. Sums have 16 bits on some processors: enough for the products of 32 columns
    /// with weights up to 15, or of 16 columns with weights up to 24.
    /// </summary>
    static abstract TSelf AddProducts(TSelf sum, TSelf weights, TSelf activations);

    /// <summary>The whole sum in every lane, after <see cref="AddProducts"/>.</summary>
    static abstract TSelf Finish(TSelf sum);

    /// <summary>sum − factor · times.</summary>
    static abstract TSelf Subtract(TSelf sum, TSelf times, int factor);

    /// <summary>sum + factor · times.</summary>
    static abstract TSelf AddMultiple(TSelf sum, TSelf times, int factor);

    /// <summary>a + b, integers.</summary>
    static abstract TSelf Add(TSelf a, TSelf b);

    /// <summary>total + sum · (scales · scale): float32 but for the sum.</summary>
    static abstract TSelf AddScaled(TSelf total, TSelf sum, TSelf scales, float* scale);
}

/// <summary>
/// Multiples of integers by a constant. Those that kernels request are shifted where that is possible: products of
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
