using System.Runtime.Intrinsics;

namespace NGpt.Runtime.Kernels.Instructions;

/// <summary>The instructions that multiply bytes and add up: for products of rows with single tokens.</summary>
internal interface IByteDot
{
    /// <summary>Whether this processor has them.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>
    /// Products of 32 pairs of signed bytes, in eight exact sums: the lower four of the lower half, the upper four of the
    /// upper half. Weights may be −128, activations not.
    /// </summary>
    static abstract Vector256<int> Dot(Vector256<sbyte> weights, Vector256<sbyte> activations);

    /// <summary>The same for weights of 0 to 24 without a sign, added to sums that began already.</summary>
    static abstract Vector256<int> AddDot(Vector256<int> sums, Vector256<byte> weights, Vector256<sbyte> activations);

    /// <summary>The same for two times 32 pairs, the eight sums of both added up.</summary>
    static abstract Vector256<int> AddDots(
        Vector256<int> sums, Vector256<byte> weights, Vector256<sbyte> activations, Vector256<byte> others, Vector256<sbyte> otherActivations);
}
