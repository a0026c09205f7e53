using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>Sixteen values: AVX-512.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Lanes512>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector512<float> _value;

    [MethodImpl(Inline)]
    private Lanes512(Vector512<float> value) => _value = value;

    public static int Count => 16;

    public static bool IsFast => Vector512.IsHardwareAccelerated;

    public static string Name => "AVX-512";

    public static Lanes512 Zero => default;

    [MethodImpl(Inline)]
    public static Lanes512 operator +(Lanes512 a, Lanes512 b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static Lanes512 operator -(Lanes512 a, Lanes512 b) => new(a._value - b._value);

    [MethodImpl(Inline)]
    public static Lanes512 operator *(Lanes512 a, Lanes512 b) => new(a._value * b._value);

    [MethodImpl(Inline)]
    public static Lanes512 operator /(Lanes512 a, Lanes512 b) => new(a._value / b._value);

    [MethodImpl(Inline)]
    public static Lanes512 Of(float value) => new(Vector512.Create(value));

    [MethodImpl(Inline)]
    public static Lanes512 MultiplyAdd(Lanes512 a, Lanes512 b, Lanes512 c) => new(Vector512.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(Inline)]
    public static Lanes512 Max(Lanes512 a, Lanes512 b) => new(Avx512F.IsSupported ? Avx512F.Max(a._value, b._value) : Vector512.MaxNative(a._value, b._value));

    [MethodImpl(Inline)]
    public static Lanes512 Min(Lanes512 a, Lanes512 b) => new(Avx512F.IsSupported ? Avx512F.Min(a._value, b._value) : Vector512.MinNative(a._value, b._value));

    [MethodImpl(Inline)]
    public static Lanes512 Abs(Lanes512 a) => new(Vector512.Abs(a._value));

    [MethodImpl(Inline)]
    public static Lanes512 Sqrt(Lanes512 a) => new(Vector512.Sqrt(a._value));

    [MethodImpl(Inline)]
    public static Lanes512 Round(Lanes512 a) => new(Vector512.Round(a._value));

    [MethodImpl(Inline)]
    public static Lanes512 TimesPowerOfTwo(Lanes512 a, Lanes512 n) =>
        new(a._value * ((Vector512.ConvertToInt32Native(n._value) + Vector512.Create(127)) << 23).AsSingle());

    [MethodImpl(Inline)]
    public static Lanes512 SwapPairs(Lanes512 a) => new(Vector512.Shuffle(a._value, Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)));

    [MethodImpl(Inline)]
    public static float Sum(Lanes512 a) => Vector512.Sum(a._value);

    [MethodImpl(Inline)]
    public static float Largest(Lanes512 a)
    {
        Vector256<float> half = Vector256.MaxNative(a._value.GetLower(), a._value.GetUpper());
        return Reduction.Largest(Vector128.MaxNative(half.GetLower(), half.GetUpper()));
    }

    [MethodImpl(Inline)]
    public static Lanes512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(Inline)]
    public static void Store(Lanes512 value, float* target) => value._value.Store(target);

    [MethodImpl(Inline)]
    public static Lanes512 LoadBFloat16(ushort* source) =>
        new((Vector512.WidenLower(Vector256.Load(source).ToVector512Unsafe()) << 16).AsSingle());

    [MethodImpl(Inline)]
    public static void StoreBFloat16(Lanes512 value, ushort* target)
    {
        Vector512<uint> bits = value._value.AsUInt32();
        Vector512<uint> rounded = bits + ((bits >>> 16) & Vector512.Create(1u)) + Vector512.Create(0x7FFFu);
        // Rounding could carry the bits of a NaN over to another number.
        rounded = Vector512.ConditionalSelect(Vector512.Equals(value._value, value._value).AsUInt32(), rounded, Vector512.Create(0x7FC0_0000u)) >>> 16;
        Vector256<ushort> halves = Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(rounded)
            : Vector512.Narrow(rounded, rounded).GetLower();
        halves.Store(target);
    }

    [MethodImpl(Inline)]
    public static Lanes512 LoadHalf(ushort* source)
    {
        // Sign-extended, so that one shift moves the exponent and one mask clears the copies of the sign.
        Vector512<int> bits = (Vector512.WidenLower(Vector256.Load((short*)source).ToVector512Unsafe()) << Float16.DroppedBits) & Vector512.Create(Float16.Places);
        return new(bits.AsSingle() * Vector512.Create(Float16.ExponentShift));
    }

    [MethodImpl(Inline)]
    public static void StoreHalf(Lanes512 value, ushort* target)
    {
        Vector512<uint> sign = value._value.AsUInt32() & Vector512.Create(Float16.Sign);
        Vector512<float> size = Vector512.MinNative(Vector512.Abs(value._value), Vector512.Create(Float16.MaxValue));
        Vector512<uint> number = size.AsUInt32() - Vector512.Create(Float16.ExponentDifference);
        number = (number + Vector512.Create(Float16.BelowHalf) + ((number >>> Float16.DroppedBits) & Vector512.Create(1u))) >>> Float16.DroppedBits;
        // Below the smallest exponent float16 values are as far apart as float32 values between 0.5 and 1: adding rounds.
        Vector512<uint> small = (size + Vector512.Create(Float16.SmallUnit)).AsUInt32() - Vector512.Create(Float16.SmallUnit).AsUInt32();
        Vector512<uint> bits = Vector512.ConditionalSelect(Vector512.LessThan(size, Vector512.Create(Float16.MinNormal)).AsUInt32(), small, number) | (sign >>> 16);
        Vector256<ushort> halves = Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(bits)
            : Vector512.Narrow(bits, bits).GetLower();
        halves.Store(target);
    }
}
