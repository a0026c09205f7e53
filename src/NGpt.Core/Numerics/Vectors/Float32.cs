using System.Runtime.CompilerServices;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>An activation stored as float32.</summary>
/// <param name="Number">Its value.</param>
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
