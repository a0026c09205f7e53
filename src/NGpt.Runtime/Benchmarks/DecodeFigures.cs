using NGpt.Core.Numerics;

namespace NGpt.Runtime.Benchmarks;

/// <summary>Decoding after a text of one length.</summary>
/// <param name="Context">Tokens before.</param>
/// <param name="TokensPerSecond">Tokens decoded in a second.</param>
/// <param name="BytesPerToken">Bytes of weights, keys and values that a token needs.</param>
/// <param name="ShareOfBandwidth">Those bytes in a second over the read bandwidth of the same round.</param>
/// <param name="ShareOfPeak">Arithmetic in a second over the multiply-add peak of the same round.</param>
public sealed record DecodeFigures(int Context, Spread TokensPerSecond, long BytesPerToken, Spread ShareOfBandwidth, Spread ShareOfPeak);
