using System.Runtime.CompilerServices;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>One number: the end of a row that is shorter than a vector.</summary>
internal readonly unsafe struct ScalarLane : ILanes<ScalarLane>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly float _value;

    [MethodImpl(Inline)]
    private ScalarLane(float value) => _value = value;

    public static int Count => 1;

    public static bool IsFast => false;

    public static string Name => "scalar";

    public static ScalarLane Zero => default;

    [MethodImpl(Inline)]
    public static ScalarLane operator +(ScalarLane a, ScalarLane b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static ScalarLane operator -(ScalarLane a, ScalarLane b) => new(a._value - b._value);

    [MethodImpl(Inline)]
    public static ScalarLane operator *(ScalarLane a, ScalarLane b) => new(a._value * b._value);

    [MethodImpl(Inline)]
    public static ScalarLane operator /(ScalarLane a, ScalarLane b) => new(a._value / b._value);

    [MethodImpl(Inline)]
    public static ScalarLane Of(float value) => new(value);

    [MethodImpl(Inline)]
    public static ScalarLane MultiplyAdd(ScalarLane a, ScalarLane b, ScalarLane c) => new(MathF.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(Inline)]
    public static ScalarLane Max(ScalarLane a, ScalarLane b) => new(a._value > b._value ? a._value : b._value);

    [MethodImpl(Inline)]
    public static ScalarLane Min(ScalarLane a, ScalarLane b) => new(a._value < b._value ? a._value : b._value);

    [MethodImpl(Inline)]
    public static ScalarLane Abs(ScalarLane a) => new(MathF.Abs(a._value));

    [MethodImpl(Inline)]
    public static ScalarLane Sqrt(ScalarLane a) => new(MathF.Sqrt(a._value));

    [MethodImpl(Inline)]
    public static ScalarLane Round(ScalarLane a) => new(MathF.Round(a._value));

    [MethodImpl(Inline)]
    public static ScalarLane TimesPowerOfTwo(ScalarLane a, ScalarLane n) => new(a._value * BitConverter.Int32BitsToSingle(((int)n._value + 127) << 23));

    public static ScalarLane SwapPairs(ScalarLane a) => throw new NotSupportedException("one number is no pair");

    [MethodImpl(Inline)]
    public static float Sum(ScalarLane a) => a._value;

    [MethodImpl(Inline)]
    public static float Largest(ScalarLane a) => a._value;

    [MethodImpl(Inline)]
    public static ScalarLane Load(float* source) => new(*source);

    [MethodImpl(Inline)]
    public static void Store(ScalarLane value, float* target) => *target = value._value;

    [MethodImpl(Inline)]
    public static ScalarLane LoadBFloat16(ushort* source) => new(BFloat16.Value(new BFloat16(*source)));

    [MethodImpl(Inline)]
    public static void StoreBFloat16(ScalarLane value, ushort* target) => *target = BFloat16.From(value._value).Bits;

    [MethodImpl(Inline)]
    public static ScalarLane LoadHalf(ushort* source) => new(Float16.Value(new Float16(*source)));

    [MethodImpl(Inline)]
    public static void StoreHalf(ScalarLane value, ushort* target) => *target = Float16.From(value._value).Bits;
}
