using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NGpt.Runtime.Kernels.Instructions;

/// <summary>Four tokens: Arm with its dot products, and every other processor.</summary>
internal readonly unsafe struct TokenLanes128 : ITokenLanes<TokenLanes128>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector128<int> _value;

    [MethodImpl(Inline)]
    private TokenLanes128(Vector128<int> value) => _value = value;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => 4;
    }

    public static bool IsSupported
    {
        [MethodImpl(Inline)]
        get => true;
    }

    public static string Name => "128-bit vectors";

    public static int ByteOffset
    {
        [MethodImpl(Inline)]
        get => 0;
    }

    public static bool TakesBytes
    {
        [MethodImpl(Inline)]
        get => true;
    }

    public static TokenLanes128 Zero
    {
        [MethodImpl(Inline)]
        get => default;
    }

    [MethodImpl(Inline)]
    public static TokenLanes128 Load(void* source) => new(Vector128.Load((int*)source));

    [MethodImpl(Inline)]
    public static void Store(TokenLanes128 value, float* target) => value._value.AsSingle().Store(target);

    [MethodImpl(Inline)]
    public static TokenLanes128 Broadcast(int* source) => new(Vector128.Create(*source));

    [MethodImpl(Inline)]
    public static TokenLanes128 AddProducts(TokenLanes128 sum, TokenLanes128 weights, TokenLanes128 activations) =>
        new(SignedBytes.AddDot(sum._value, weights._value.AsSByte(), activations._value.AsSByte()));

    [MethodImpl(Inline)]
    public static TokenLanes128 Finish(TokenLanes128 sum) => sum;

    [MethodImpl(Inline)]
    public static TokenLanes128 Subtract(TokenLanes128 sum, TokenLanes128 times, int factor) => new(sum._value - Multiples.Of(times._value, factor));

    [MethodImpl(Inline)]
    public static TokenLanes128 AddMultiple(TokenLanes128 sum, TokenLanes128 times, int factor) => new(sum._value + Multiples.Of(times._value, factor));

    [MethodImpl(Inline)]
    public static TokenLanes128 Add(TokenLanes128 a, TokenLanes128 b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static TokenLanes128 AddScaled(TokenLanes128 total, TokenLanes128 sum, TokenLanes128 scales, float* scale) => new(Vector128.FusedMultiplyAdd(
        Vector128.ConvertToSingle(sum._value), scales._value.AsSingle() * Vector128.Create(*scale), total._value.AsSingle()).AsInt32());
}
