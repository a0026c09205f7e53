using System.Runtime.Intrinsics;
using NGpt.Runtime.Kernels.Instructions;

namespace NGpt.Runtime.Kernels.Tiles;

/// <summary>How weights of one type lie in an unpacked row, and which instructions multiply them.</summary>
/// <typeparam name="TToken">The vectors.</typeparam>
/// <typeparam name="TSum">Sums of products; all zero by default.</typeparam>
internal unsafe interface ITileStep<TToken, TSum>
    where TToken : unmanaged, ITokenLanes<TToken>
    where TSum : unmanaged
{
    /// <summary>Columns that share one scale: 16 or 32.</summary>
    static abstract int GroupLength { get; }

    /// <summary>What was added to the weights.</summary>
    static abstract int Offset { get; }

    /// <summary>Whether weights are split: every four lower halves are followed by the upper halves.</summary>
    static abstract bool IsSplit { get; }

    /// <summary>Adds the products of four columns.</summary>
    static abstract TSum Add(TSum sum, TToken weights, TToken upper, TToken activations);

    /// <summary>The whole sum of a group.</summary>
    static abstract TToken Finish(TSum sum);

    /// <summary>Unpacks 32 weights.</summary>
    /// <param name="weights">The weights with their signs.</param>
    /// <param name="target">32 bytes, or 64 for split weights.</param>
    static abstract void Put(Vector256<sbyte> weights, sbyte* target);
}
