using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGpt.Runtime.Kernels.Instructions;

/// <summary>AVX-512, sixteen tokens: sums of 16 bits for small weights.</summary>
internal readonly unsafe struct TokenLanes512 : ITokenLanes<TokenLanes512>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector512<int> _value;

    [MethodImpl(Inline)]
    private TokenLanes512(Vector512<int> value) => _value = value;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => 16;
    }

    public static bool IsSupported
    {
        [MethodImpl(Inline)]
        get => Avx512BW.IsSupported;
    }

    public static string Name => "AVX-512";

    public static int ByteOffset
    {
        [MethodImpl(Inline)]
        get => 128;
    }

    public static bool TakesBytes
    {
        [MethodImpl(Inline)]
        get => false;
    }

    public static TokenLanes512 Zero
    {
        [MethodImpl(Inline)]
        get => default;
    }

    [MethodImpl(Inline)]
    public static TokenLanes512 Load(void* source) => new(Vector512.Load((int*)source));

    [MethodImpl(Inline)]
    public static void Store(TokenLanes512 value, float* target) => value._value.AsSingle().Store(target);

    [MethodImpl(Inline)]
    public static TokenLanes512 Broadcast(int* source) => new(Vector512.Create(*source));

    [MethodImpl(Inline)]
    public static TokenLanes512 AddProducts(TokenLanes512 sum, TokenLanes512 weights, TokenLanes512 activations) =>
        new((sum._value.AsInt16() + Pairs(weights._value.AsByte(), activations._value.AsSByte())).AsInt32());

    [MethodImpl(Inline)]
    public static TokenLanes512 Finish(TokenLanes512 sum) => new(PairSums(sum._value.AsInt16()));

    [MethodImpl(Inline)]
    public static TokenLanes512 Subtract(TokenLanes512 sum, TokenLanes512 times, int factor) => new(sum._value - Multiples.Of(times._value, factor));

    [MethodImpl(Inline)]
    public static TokenLanes512 AddMultiple(TokenLanes512 sum, TokenLanes512 times, int factor) => new(sum._value + Multiples.Of(times._value, factor));

    [MethodImpl(Inline)]
    public static TokenLanes512 Add(TokenLanes512 a, TokenLanes512 b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static TokenLanes512 AddScaled(TokenLanes512 total, TokenLanes512 sum, TokenLanes512 scales, float* scale) => new(Vector512.FusedMultiplyAdd(
        Vector512.ConvertToSingle(sum._value), scales._value.AsSingle() * Vector512.Create(*scale), total._value.AsSingle()).AsInt32());

    // Two halves with AVX2 where there is no AVX-512: so that tests cover this code on every such processor.
    [MethodImpl(Inline)]
    private static Vector512<short> Pairs(Vector512<byte> weights, Vector512<sbyte> activations) => Avx512BW.IsSupported
        ? Avx512BW.MultiplyAddAdjacent(weights, activations)
        : Vector512.Create(
            Avx2.MultiplyAddAdjacent(weights.GetLower(), activations.GetLower()), Avx2.MultiplyAddAdjacent(weights.GetUpper(), activations.GetUpper()));

    [MethodImpl(Inline)]
    private static Vector512<int> PairSums(Vector512<short> pairs) => Avx512BW.IsSupported
        ? Avx512BW.MultiplyAddAdjacent(pairs, Vector512<short>.One)
        : Vector512.Create(
            Avx2.MultiplyAddAdjacent(pairs.GetLower(), Vector256<short>.One), Avx2.MultiplyAddAdjacent(pairs.GetUpper(), Vector256<short>.One));
}
