using System.Runtime.CompilerServices;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>A number stored as float16: a sign, five bits of exponent, ten of mantissa; finite always.</summary>
internal readonly unsafe record struct Float16(ushort Bits) : IElement<Float16>
{
    /// <summary>The largest number.</summary>
    public const float MaxValue = 65504;

    /// <summary>The smallest normal number.</summary>
    public const float MinNormal = 6.103515625e-5f;

    /// <summary>Added to values below <see cref="MinNormal"/>, it leaves their bits at the end of its own.</summary>
    public const float SmallUnit = 0.5f;

    /// <summary>Bits of a float32 mantissa that float16 has not.</summary>
    public const int DroppedBits = 13;

    /// <summary>What is added before they are dropped, besides the last bit that stays.</summary>
    public const uint BelowHalf = (1u << (DroppedBits - 1)) - 1;

    /// <summary>The sign of a float32 number.</summary>
    public const uint Sign = 0x8000_0000;

    /// <summary>Where sign, exponent and mantissa are in 32 bits after moving up.</summary>
    public const int Places = unchecked((int)0x8FFF_E000);

    /// <summary>By how much the exponents of float32 and float16 differ, as bits of float32.</summary>
    public const uint ExponentDifference = 112u << 23;

    /// <summary>The same as a factor, 2¹¹².</summary>
    public const float ExponentShift = 5.192296858534828e33f;

    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    public static Float16 From(float value)
    {
        float size = MathF.Abs(value);
        Half half = (Half)(size <= MaxValue ? size : MaxValue);
        return new Float16((ushort)(BitConverter.HalfToUInt16Bits(half) | ((BitConverter.SingleToUInt32Bits(value) & Sign) >> 16)));
    }

    [MethodImpl(Inline)]
    public static float Value(Float16 element) => BitConverter.Int32BitsToSingle(((short)element.Bits << DroppedBits) & Places) * ExponentShift;

    [MethodImpl(Inline)]
    public static TLanes Load<TLanes>(Float16* source)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.LoadHalf((ushort*)source);

    [MethodImpl(Inline)]
    public static void Store<TLanes>(TLanes value, Float16* target)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.StoreHalf(value, (ushort*)target);
}
