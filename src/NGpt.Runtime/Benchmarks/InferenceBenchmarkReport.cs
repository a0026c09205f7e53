using NGpt.Core.Configuration;
using NGpt.Core.Numerics;
using NGpt.Core.Quantization;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Benchmarks;

/// <summary>What <c>ngpt bench</c> found.</summary>
/// <param name="Model">The model's path, or null for random weights.</param>
/// <param name="Config">The model's shape.</param>
/// <param name="Options">What was measured.</param>
/// <param name="Threads">Threads that computed.</param>
/// <param name="ReadBandwidth">Bytes a second that the threads read from memory.</param>
/// <param name="MultiplyAddPeak">Operations a second that the threads do on float32 values in registers.</param>
/// <param name="Types">Figures by type.</param>
/// <param name="Elapsed">Time that it took.</param>
public sealed record InferenceBenchmarkReport(
    string? Model,
    ModelConfig Config,
    InferenceBenchmarkOptions Options,
    int Threads,
    Spread ReadBandwidth,
    Spread MultiplyAddPeak,
    IReadOnlyList<TypeFigures> Types,
    TimeSpan Elapsed);

/// <summary>What was measured of a model with weights of one type.</summary>
/// <param name="Type">The type.</param>
/// <param name="CacheType">How keys and values were kept.</param>
/// <param name="WeightBytes">Bytes of all matrices.</param>
/// <param name="PromptTokensPerSecond">Tokens of a prompt read in a second.</param>
/// <param name="PromptShareOfPeak">Arithmetic in a second over the multiply-add peak of the same round.</param>
/// <param name="Decoding">Decoding by context.</param>
public sealed record TypeFigures(
    WeightType Type, CacheType CacheType, long WeightBytes, Spread PromptTokensPerSecond, Spread PromptShareOfPeak, IReadOnlyList<DecodeFigures> Decoding);

/// <summary>Decoding after a text of one length.</summary>
/// <param name="Context">Tokens before.</param>
/// <param name="TokensPerSecond">Tokens decoded in a second.</param>
/// <param name="BytesPerToken">Bytes of weights, keys and values that a token needs.</param>
/// <param name="ShareOfBandwidth">Those bytes in a second over the read bandwidth of the same round.</param>
/// <param name="ShareOfPeak">Arithmetic in a second over the multiply-add peak of the same round.</param>
public sealed record DecodeFigures(int Context, Spread TokensPerSecond, long BytesPerToken, Spread ShareOfBandwidth, Spread ShareOfPeak);
