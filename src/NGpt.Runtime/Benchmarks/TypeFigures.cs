using NGpt.Core.Numerics;
using NGpt.Core.Quantization;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Benchmarks;

/// <summary>What was measured of a model with weights of one type.</summary>
/// <param name="Type">The type.</param>
/// <param name="CacheType">How keys and values were kept.</param>
/// <param name="WeightBytes">Bytes of all matrices.</param>
/// <param name="PromptTokensPerSecond">Tokens of a prompt read in a second.</param>
/// <param name="PromptShareOfPeak">Arithmetic in a second over the multiply-add peak of the same round.</param>
/// <param name="Decoding">Decoding by context.</param>
public sealed record TypeFigures(
    WeightType Type, CacheType CacheType, long WeightBytes, Spread PromptTokensPerSecond, Spread PromptShareOfPeak, IReadOnlyList<DecodeFigures> Decoding);
