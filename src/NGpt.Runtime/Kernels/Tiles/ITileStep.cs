using System.Runtime.Intrinsics;
using NGpt.Runtime.Kernels.Instructions;

namespace NGpt.Runtime.Kernels.Tiles;

/// <summary>How weights of one type lie in an unpacked row, and which instructions multiply them.</summary>
/// <typeparam name="TToken">The vectors.</typeparam>
internal unsafe interface ITileStep<TToken>
    where TToken : unmanaged, ITokenLanes<TToken>
{
    /// <summary>Columns that share one scale: 16 or 32.</summary>
    static abstract int GroupLength { get; }

    /// <summary>What was added to the weights.</summary>
    static abstract int Offset { get; }

    /// <summary>Whether every four weights are followed by their magnitudes.</summary>
    static abstract bool HasMagnitudes { get; }

    /// <summary>Adds the products of four columns.</summary>
    static abstract TToken Add(TToken sum, TToken weights, TToken magnitudes, TToken activations);

    /// <summary>The whole sum of a group.</summary>
    static abstract TToken Whole(TToken sum);

    /// <summary>Unpacks 32 weights.</summary>
    /// <param name="weights">The weights with their signs.</param>
    /// <param name="target">32 bytes, or 64 with magnitudes.</param>
    static abstract void Put(Vector256<sbyte> weights, sbyte* target);
}
