using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGpt.Runtime.Kernels.Instructions;

/// <summary>AVX2, eight tokens: sums of 16 bits for small weights.</summary>
internal readonly unsafe struct TokenLanes256 : ITokenLanes<TokenLanes256>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector256<int> _value;

    [MethodImpl(Inline)]
    private TokenLanes256(Vector256<int> value) => _value = value;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => 8;
    }

    public static bool IsSupported
    {
        [MethodImpl(Inline)]
        get => Avx2.IsSupported;
    }

    public static string Name => "AVX2";

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

    public static TokenLanes256 Zero
    {
        [MethodImpl(Inline)]
        get => default;
    }

    [MethodImpl(Inline)]
    public static TokenLanes256 Load(void* source) => new(Vector256.Load((int*)source));

    [MethodImpl(Inline)]
    public static void Store(TokenLanes256 value, float* target) => value._value.AsSingle().Store(target);

    [MethodImpl(Inline)]
    public static TokenLanes256 Broadcast(int* source) => new(Vector256.Create(*source));

    [MethodImpl(Inline)]
    public static TokenLanes256 AddProducts(TokenLanes256 sum, TokenLanes256 weights, TokenLanes256 activations) =>
        new((sum._value.AsInt16() + Avx2.MultiplyAddAdjacent(weights._value.AsByte(), activations._value.AsSByte())).AsInt32());

    [MethodImpl(Inline)]
    public static TokenLanes256 Finish(TokenLanes256 sum) => new(Avx2.MultiplyAddAdjacent(sum._value.AsInt16(), Vector256<short>.One));

    [MethodImpl(Inline)]
    public static TokenLanes256 Subtract(TokenLanes256 sum, TokenLanes256 times, int factor) => new(sum._value - Multiples.Of(times._value, factor));

    [MethodImpl(Inline)]
    public static TokenLanes256 AddMultiple(TokenLanes256 sum, TokenLanes256 times, int factor) => new(sum._value + Multiples.Of(times._value, factor));

    [MethodImpl(Inline)]
    public static TokenLanes256 Add(TokenLanes256 a, TokenLanes256 b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static TokenLanes256 AddScaled(TokenLanes256 total, TokenLanes256 sum, TokenLanes256 scales, float* scale) => new(Vector256.FusedMultiplyAdd(
        Vector256.ConvertToSingle(sum._value), scales._value.AsSingle() * Vector256.Create(*scale), total._value.AsSingle()).AsInt32());
}
