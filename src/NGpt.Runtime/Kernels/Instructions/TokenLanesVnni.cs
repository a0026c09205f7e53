using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGpt.Runtime.Kernels.Instructions;

/// <summary>AVX-VNNI, eight tokens: four products added in one instruction.</summary>
internal readonly unsafe struct TokenLanesVnni : ITokenLanes<TokenLanesVnni>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector256<int> _value;

    [MethodImpl(Inline)]
    private TokenLanesVnni(Vector256<int> value) => _value = value;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => 8;
    }

    public static bool IsSupported
    {
        [MethodImpl(Inline)]
        get => AvxVnni.IsSupported;
    }

    public static string Name => "AVX-VNNI";

    public static int ByteOffset
    {
        [MethodImpl(Inline)]
        get => 128;
    }

    public static bool TakesBytes
    {
        [MethodImpl(Inline)]
        get => true;
    }

    public static TokenLanesVnni Zero
    {
        [MethodImpl(Inline)]
        get => default;
    }

    [MethodImpl(Inline)]
    public static TokenLanesVnni Load(void* source) => new(Vector256.Load((int*)source));

    [MethodImpl(Inline)]
    public static void Store(TokenLanesVnni value, float* target) => value._value.AsSingle().Store(target);

    [MethodImpl(Inline)]
    public static TokenLanesVnni Broadcast(int* source) => new(Vector256.Create(*source));

    [MethodImpl(Inline)]
    public static TokenLanesVnni AddProducts(TokenLanesVnni sum, TokenLanesVnni weights, TokenLanesVnni activations) =>
        new(Quads(sum._value, weights._value, activations._value));

    [MethodImpl(Inline)]
    public static TokenLanesVnni Finish(TokenLanesVnni sum) => sum;

    [MethodImpl(Inline)]
    public static TokenLanesVnni Subtract(TokenLanesVnni sum, TokenLanesVnni times, int factor) => new(sum._value - Multiples.Of(times._value, factor));

    [MethodImpl(Inline)]
    public static TokenLanesVnni AddMultiple(TokenLanesVnni sum, TokenLanesVnni times, int factor) => new(sum._value + Multiples.Of(times._value, factor));

    [MethodImpl(Inline)]
    public static TokenLanesVnni Add(TokenLanesVnni a, TokenLanesVnni b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static TokenLanesVnni AddScaled(TokenLanesVnni total, TokenLanesVnni sum, TokenLanesVnni scales, float* scale) => new(Vector256.FusedMultiplyAdd(
        Vector256.ConvertToSingle(sum._value), scales._value.AsSingle() * Vector256.Create(*scale), total._value.AsSingle()).AsInt32());

    // Element by element where there is no such instruction: so that tests cover this code everywhere.
    [MethodImpl(Inline)]
    private static Vector256<int> Quads(Vector256<int> sum, Vector256<int> w, Vector256<int> a) => AvxVnni.IsSupported
        ? AvxVnni.MultiplyWideningAndAdd(sum, w.AsByte(), a.AsSByte())
        : sum + ((w >>> 24) * (a >> 24)) + ((w << 8 >>> 24) * (a << 8 >> 24)) + ((w << 16 >>> 24) * (a << 16 >> 24)) + ((w << 24 >>> 24) * (a << 24 >> 24));
}
