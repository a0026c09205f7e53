using System.Runtime.CompilerServices;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>
/// A type in which activations are stored. Kernels compute in float32 and load and store through this interface,
/// so that one kernel serves float32 and bfloat16.
/// </summary>
internal unsafe interface IElement<TSelf>
    where TSelf : unmanaged, IElement<TSelf>
{
    /// <summary>The nearest element, ties to even.</summary>
    static abstract TSelf From(float value);

    /// <summary>The element's value.</summary>
    static abstract float Value(TSelf element);

    /// <summary>Loads one vector.</summary>
    static abstract TLanes Load<TLanes>(TSelf* source)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>Stores one vector.</summary>
    static abstract void Store<TLanes>(TLanes value, TSelf* target)
        where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>An activation stored as float32.</summary>
internal readonly unsafe record struct Float32(float Number) : IElement<Float32>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    public static Float32 From(float value) => new(value);

    [MethodImpl(Inline)]
    public static float Value(Float32 element) => element.Number;

    [MethodImpl(Inline)]
    public static TLanes Load<TLanes>(Float32* source)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.Load((float*)source);

    [MethodImpl(Inline)]
    public static void Store<TLanes>(TLanes value, Float32* target)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.Store(value, (float*)target);
}
