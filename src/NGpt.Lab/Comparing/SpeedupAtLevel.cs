using NGpt.Lab.Statistics;

namespace NGpt.Lab.Comparing;

/// <summary>What it took both architectures to reach one loss.</summary>
/// <param name="Level">The held-out loss.</param>
/// <param name="NGptTokens">Tokens after which nGPT's mean curve reached it.</param>
/// <param name="GptTokens">Tokens after which the baseline's mean curve reached it.</param>
/// <param name="Tokens">GPT tokens for one nGPT token: above 1 where nGPT needs fewer.</param>
/// <param name="Time">GPT seconds for one nGPT second: above 1 where nGPT is sooner there.</param>
public sealed record SpeedupAtLevel(double Level, double NGptTokens, double GptTokens, Estimate Tokens, Estimate Time);
