using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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

    public static ScalarLane SwapPairs(ScalarLane a) => throw new NotSupportedException("a single lane has no pairs");

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

/// <summary>Two values: what is left over of a head of even width, whose values rotary embeddings rotate in pairs.</summary>
internal readonly unsafe struct PairLanes : ILanes<PairLanes>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector64<float> _value;

    [MethodImpl(Inline)]
    private PairLanes(Vector64<float> value) => _value = value;

    public static int Count => 2;

    public static bool IsFast => false;

    public static string Name => "pairs";

    public static PairLanes Zero => default;

    [MethodImpl(Inline)]
    public static PairLanes operator +(PairLanes a, PairLanes b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static PairLanes operator -(PairLanes a, PairLanes b) => new(a._value - b._value);

    [MethodImpl(Inline)]
    public static PairLanes operator *(PairLanes a, PairLanes b) => new(a._value * b._value);

    [MethodImpl(Inline)]
    public static PairLanes operator /(PairLanes a, PairLanes b) => new(a._value / b._value);

    [MethodImpl(Inline)]
    public static PairLanes Of(float value) => new(Vector64.Create(value));

    [MethodImpl(Inline)]
    public static PairLanes MultiplyAdd(PairLanes a, PairLanes b, PairLanes c) => new(Vector64.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(Inline)]
    public static PairLanes Max(PairLanes a, PairLanes b) => new(Vector64.MaxNative(a._value, b._value));

    [MethodImpl(Inline)]
    public static PairLanes Min(PairLanes a, PairLanes b) => new(Vector64.MinNative(a._value, b._value));

    [MethodImpl(Inline)]
    public static PairLanes Abs(PairLanes a) => new(Vector64.Abs(a._value));

    [MethodImpl(Inline)]
    public static PairLanes Sqrt(PairLanes a) => new(Vector64.Sqrt(a._value));

    [MethodImpl(Inline)]
    public static PairLanes Round(PairLanes a) => new(Vector64.Round(a._value));

    [MethodImpl(Inline)]
    public static PairLanes TimesPowerOfTwo(PairLanes a, PairLanes n) =>
        new(a._value * ((Vector64.ConvertToInt32Native(n._value) + Vector64.Create(127)) << 23).AsSingle());

    [MethodImpl(Inline)]
    public static PairLanes SwapPairs(PairLanes a) => new(Vector64.Shuffle(a._value, Vector64.Create(1, 0)));

    [MethodImpl(Inline)]
    public static float Sum(PairLanes a) => Vector64.Sum(a._value);

    [MethodImpl(Inline)]
    public static float Largest(PairLanes a) => MathF.Max(a._value[0], a._value[1]);

    [MethodImpl(Inline)]
    public static PairLanes Load(float* source) => new(Vector64.Load(source));

    [MethodImpl(Inline)]
    public static void Store(PairLanes value, float* target) => value._value.Store(target);

    [MethodImpl(Inline)]
    public static PairLanes LoadBFloat16(ushort* source) =>
        new(Vector64.Create(BFloat16.Value(new BFloat16(source[0])), BFloat16.Value(new BFloat16(source[1]))));

    [MethodImpl(Inline)]
    public static void StoreBFloat16(PairLanes value, ushort* target)
    {
        target[0] = BFloat16.From(value._value[0]).Bits;
        target[1] = BFloat16.From(value._value[1]).Bits;
    }

    [MethodImpl(Inline)]
    public static PairLanes LoadHalf(ushort* source) => new(Vector64.Create(Float16.Value(new Float16(source[0])), Float16.Value(new Float16(source[1]))));

    [MethodImpl(Inline)]
    public static void StoreHalf(PairLanes value, ushort* target)
    {
        target[0] = Float16.From(value._value[0]).Bits;
        target[1] = Float16.From(value._value[1]).Bits;
    }
}
