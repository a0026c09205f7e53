using System.Runtime.CompilerServices;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>An activation stored as bfloat16: the upper half of a float32 number.</summary>
/// <param name="Bits">Sign, eight bits of exponent, seven of mantissa.</param>
internal readonly unsafe record struct BFloat16(ushort Bits) : IElement<BFloat16>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    public static BFloat16 From(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? new BFloat16(0x7FC0) : new BFloat16((ushort)((bits + ((bits >> 16) & 1) + 0x7FFF) >> 16));
    }

    [MethodImpl(Inline)]
    public static float Value(BFloat16 element) => BitConverter.UInt32BitsToSingle((uint)element.Bits << 16);

    [MethodImpl(Inline)]
    public static TLanes Load<TLanes>(BFloat16* source)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.LoadBFloat16((ushort*)source);

    [MethodImpl(Inline)]
    public static void Store<TLanes>(TLanes value, BFloat16* target)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.StoreBFloat16(value, (ushort*)target);
}
