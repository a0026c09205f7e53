using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>Eight values: AVX2.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Lanes256>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector256<float> _value;

    [MethodImpl(Inline)]
    private Lanes256(Vector256<float> value) => _value = value;

    public static int Count => 8;

    public static bool IsFast => Vector256.IsHardwareAccelerated;

    public static string Name => "AVX2";

    public static Lanes256 Zero => default;

    [MethodImpl(Inline)]
    public static Lanes256 operator +(Lanes256 a, Lanes256 b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static Lanes256 operator -(Lanes256 a, Lanes256 b) => new(a._value - b._value);

    [MethodImpl(Inline)]
    public static Lanes256 operator *(Lanes256 a, Lanes256 b) => new(a._value * b._value);

    [MethodImpl(Inline)]
    public static Lanes256 operator /(Lanes256 a, Lanes256 b) => new(a._value / b._value);

    [MethodImpl(Inline)]
    public static Lanes256 Of(float value) => new(Vector256.Create(value));

    [MethodImpl(Inline)]
    public static Lanes256 MultiplyAdd(Lanes256 a, Lanes256 b, Lanes256 c) => new(Vector256.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(Inline)]
    public static Lanes256 Max(Lanes256 a, Lanes256 b) => new(Vector256.MaxNative(a._value, b._value));

    [MethodImpl(Inline)]
    public static Lanes256 Min(Lanes256 a, Lanes256 b) => new(Vector256.MinNative(a._value, b._value));

    [MethodImpl(Inline)]
    public static Lanes256 Abs(Lanes256 a) => new(Vector256.Abs(a._value));

    [MethodImpl(Inline)]
    public static Lanes256 Sqrt(Lanes256 a) => new(Vector256.Sqrt(a._value));

    [MethodImpl(Inline)]
    public static Lanes256 Round(Lanes256 a) => new(Vector256.Round(a._value));

    [MethodImpl(Inline)]
    public static Lanes256 TimesPowerOfTwo(Lanes256 a, Lanes256 n) =>
        new(a._value * ((Vector256.ConvertToInt32Native(n._value) + Vector256.Create(127)) << 23).AsSingle());

    [MethodImpl(Inline)]
    public static Lanes256 SwapPairs(Lanes256 a) => new(Vector256.Shuffle(a._value, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)));

    [MethodImpl(Inline)]
    public static float Sum(Lanes256 a) => Vector256.Sum(a._value);

    [MethodImpl(Inline)]
    public static float Largest(Lanes256 a)
    {
        return Reduction.Largest(Vector128.MaxNative(a._value.GetLower(), a._value.GetUpper()));
    }

    [MethodImpl(Inline)]
    public static Lanes256 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(Inline)]
    public static void Store(Lanes256 value, float* target) => value._value.Store(target);

    [MethodImpl(Inline)]
    public static Lanes256 LoadBFloat16(ushort* source) =>
        new((Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()) << 16).AsSingle());

    [MethodImpl(Inline)]
    public static void StoreBFloat16(Lanes256 value, ushort* target)
    {
        Vector256<uint> bits = value._value.AsUInt32();
        Vector256<uint> rounded = bits + ((bits >>> 16) & Vector256.Create(1u)) + Vector256.Create(0x7FFFu);
        // Rounding could carry the bits of a NaN over to another number.
        rounded = Vector256.ConditionalSelect(Vector256.Equals(value._value, value._value).AsUInt32(), rounded, Vector256.Create(0x7FC0_0000u)) >>> 16;
        Vector256.Narrow(rounded, rounded).GetLower().Store(target);
    }

    [MethodImpl(Inline)]
    public static Lanes256 LoadHalf(ushort* source)
    {
        // Sign-extended, so that one shift moves the exponent and one mask clears the copies of the sign.
        Vector256<int> bits = (Vector256.WidenLower(Vector128.Load((short*)source).ToVector256Unsafe()) << Float16.DroppedBits) & Vector256.Create(Float16.Places);
        return new(bits.AsSingle() * Vector256.Create(Float16.ExponentShift));
    }

    [MethodImpl(Inline)]
    public static void StoreHalf(Lanes256 value, ushort* target)
    {
        Vector256<uint> sign = value._value.AsUInt32() & Vector256.Create(Float16.Sign);
        Vector256<float> size = Vector256.MinNative(Vector256.Abs(value._value), Vector256.Create(Float16.MaxValue));
        Vector256<uint> number = size.AsUInt32() - Vector256.Create(Float16.ExponentDifference);
        number = (number + Vector256.Create(Float16.BelowHalf) + ((number >>> Float16.DroppedBits) & Vector256.Create(1u))) >>> Float16.DroppedBits;
        // Below the smallest exponent float16 values are as far apart as float32 values between 0.5 and 1: adding rounds.
        Vector256<uint> small = (size + Vector256.Create(Float16.SmallUnit)).AsUInt32() - Vector256.Create(Float16.SmallUnit).AsUInt32();
        Vector256<uint> bits = Vector256.ConditionalSelect(Vector256.LessThan(size, Vector256.Create(Float16.MinNormal)).AsUInt32(), small, number) | (sign >>> 16);
        Vector256.Narrow(bits, bits).GetLower().Store(target);
    }
}
