namespace NGpt.Core.Numerics.Vectors;

/// <summary>
/// A vector of float32 values of one fixed width. Kernels are written once over this interface; the compiler makes
/// one version for each width (AVX-512, AVX2, Arm and everything else), without calls. What a row leaves over after its
/// last whole vector goes through the same code once more with <see cref="ScalarLane"/>.
/// </summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>Number of float32 values in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>Whether this processor has instructions for this width.</summary>
    static abstract bool IsFast { get; }

    /// <summary>All lanes zero.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>Name of the instruction set, human-readable.</summary>
    static abstract string Name { get; }

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>The same number in every lane.</summary>
    static abstract TSelf Of(float value);

    /// <summary>a·b + c with one rounding.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The larger of two values, lane by lane; unspecified for NaN.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The smaller of two values, lane by lane; unspecified for NaN.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>Absolute value.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>Square root.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>The nearest integer, ties to even.</summary>
    static abstract TSelf Round(TSelf a);

    /// <summary>a · 2ⁿ for integers n from −126 to 127.</summary>
    static abstract TSelf TimesPowerOfTwo(TSelf a, TSelf n);

    /// <summary>Swaps the lanes 2i and 2i + 1.</summary>
    static abstract TSelf SwapPairs(TSelf a);

    /// <summary>Sum over the lanes.</summary>
    static abstract float Sum(TSelf a);

    /// <summary>Largest lane; unspecified for NaN.</summary>
    static abstract float Largest(TSelf a);

    /// <summary>Loads <see cref="Count"/> float32 values.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>Stores <see cref="Count"/> float32 values.</summary>
    static abstract void Store(TSelf value, float* target);

    /// <summary>Loads <see cref="Count"/> bfloat16 values, the upper halves of float32 values.</summary>
    static abstract TSelf LoadBFloat16(ushort* source);

    /// <summary>Stores <see cref="Count"/> values as bfloat16, rounded to nearest, ties to even; NaN stays NaN.</summary>
    static abstract void StoreBFloat16(TSelf value, ushort* target);

    /// <summary>Loads <see cref="Count"/> float16 values; infinity and NaN come out as finite values above 65,504.</summary>
    static abstract TSelf LoadHalf(ushort* source);

    /// <summary>
    /// Stores <see cref="Count"/> values as float16, rounded to nearest, ties to even; what is beyond ±65,504 as one of the
    /// two, NaN as some finite number.
    /// </summary>
    static abstract void StoreHalf(TSelf value, ushort* target);
}
