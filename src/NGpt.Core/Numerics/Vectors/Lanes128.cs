using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>Four values: Arm's AdvSimd, SSE, and every other processor.</summary>
internal readonly unsafe struct Lanes128 : ILanes<Lanes128>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector128<float> _value;

    [MethodImpl(Inline)]
    private Lanes128(Vector128<float> value) => _value = value;

    public static int Count => 4;

    public static bool IsFast => Vector128.IsHardwareAccelerated;

    public static string Name => Vector128.IsHardwareAccelerated ? "128-bit vectors" : "no vector instructions";

    public static Lanes128 Zero => default;

    [MethodImpl(Inline)]
    public static Lanes128 operator +(Lanes128 a, Lanes128 b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static Lanes128 operator -(Lanes128 a, Lanes128 b) => new(a._value - b._value);

    [MethodImpl(Inline)]
    public static Lanes128 operator *(Lanes128 a, Lanes128 b) => new(a._value * b._value);

    [MethodImpl(Inline)]
    public static Lanes128 operator /(Lanes128 a, Lanes128 b) => new(a._value / b._value);

    [MethodImpl(Inline)]
    public static Lanes128 Of(float value) => new(Vector128.Create(value));

    [MethodImpl(Inline)]
    public static Lanes128 MultiplyAdd(Lanes128 a, Lanes128 b, Lanes128 c) => new(Vector128.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(Inline)]
    public static Lanes128 Max(Lanes128 a, Lanes128 b) => new(Vector128.MaxNative(a._value, b._value));

    [MethodImpl(Inline)]
    public static Lanes128 Min(Lanes128 a, Lanes128 b) => new(Vector128.MinNative(a._value, b._value));

    [MethodImpl(Inline)]
    public static Lanes128 Abs(Lanes128 a) => new(Vector128.Abs(a._value));

    [MethodImpl(Inline)]
    public static Lanes128 Sqrt(Lanes128 a) => new(Vector128.Sqrt(a._value));

    [MethodImpl(Inline)]
    public static Lanes128 Round(Lanes128 a) => new(Vector128.Round(a._value));

    [MethodImpl(Inline)]
    public static Lanes128 TimesPowerOfTwo(Lanes128 a, Lanes128 n) =>
        new(a._value * ((Vector128.ConvertToInt32Native(n._value) + Vector128.Create(127)) << 23).AsSingle());

    [MethodImpl(Inline)]
    public static Lanes128 SwapPairs(Lanes128 a) => new(Vector128.Shuffle(a._value, Vector128.Create(1, 0, 3, 2)));

    [MethodImpl(Inline)]
    public static float Sum(Lanes128 a) => Vector128.Sum(a._value);

    [MethodImpl(Inline)]
    public static float Largest(Lanes128 a)
    {
        return Reduction.Largest(a._value);
    }

    [MethodImpl(Inline)]
    public static Lanes128 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(Inline)]
    public static void Store(Lanes128 value, float* target) => value._value.Store(target);

    [MethodImpl(Inline)]
    public static Lanes128 LoadBFloat16(ushort* source) =>
        new((Vector128.WidenLower(Vector64.Load(source).ToVector128Unsafe()) << 16).AsSingle());

    [MethodImpl(Inline)]
    public static void StoreBFloat16(Lanes128 value, ushort* target)
    {
        Vector128<uint> bits = value._value.AsUInt32();
        Vector128<uint> rounded = bits + ((bits >>> 16) & Vector128.Create(1u)) + Vector128.Create(0x7FFFu);
        // Rounding could carry the bits of a NaN over to another number.
        rounded = Vector128.ConditionalSelect(Vector128.Equals(value._value, value._value).AsUInt32(), rounded, Vector128.Create(0x7FC0_0000u)) >>> 16;
        Vector128.Narrow(rounded, rounded).GetLower().Store(target);
    }

    [MethodImpl(Inline)]
    public static Lanes128 LoadHalf(ushort* source)
    {
        // Sign-extended, so that one shift moves the exponent and one mask clears the copies of the sign.
        Vector128<int> bits = (Vector128.WidenLower(Vector64.Load((short*)source).ToVector128Unsafe()) << Float16.DroppedBits) & Vector128.Create(Float16.Places);
        return new(bits.AsSingle() * Vector128.Create(Float16.ExponentShift));
    }

    [MethodImpl(Inline)]
    public static void StoreHalf(Lanes128 value, ushort* target)
    {
        Vector128<uint> sign = value._value.AsUInt32() & Vector128.Create(Float16.Sign);
        Vector128<float> size = Vector128.MinNative(Vector128.Abs(value._value), Vector128.Create(Float16.MaxValue));
        Vector128<uint> number = size.AsUInt32() - Vector128.Create(Float16.ExponentDifference);
        number = (number + Vector128.Create(Float16.BelowHalf) + ((number >>> Float16.DroppedBits) & Vector128.Create(1u))) >>> Float16.DroppedBits;
        // Below the smallest exponent float16 values are as far apart as float32 values between 0.5 and 1: adding rounds.
        Vector128<uint> small = (size + Vector128.Create(Float16.SmallUnit)).AsUInt32() - Vector128.Create(Float16.SmallUnit).AsUInt32();
        Vector128<uint> bits = Vector128.ConditionalSelect(Vector128.LessThan(size, Vector128.Create(Float16.MinNormal)).AsUInt32(), small, number) | (sign >>> 16);
        Vector128.Narrow(bits, bits).GetLower().Store(target);
    }
}
