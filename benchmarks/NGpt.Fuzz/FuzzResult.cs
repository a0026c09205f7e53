namespace NGpt.Fuzz;

/// <summary>What came of a run.</summary>
/// <param name="Inputs">The inputs that were read.</param>
/// <param name="Accepted">Those that were taken and used.</param>
/// <param name="Refused">Those that were refused with a clear error.</param>
/// <param name="Slowest">The longest processor time of one input.</param>
/// <param name="MaxShare">The largest part of its limit that one input allocated.</param>
/// <param name="Failures">Those that the parser did not stand.</param>
internal sealed record FuzzResult(int Inputs, int Accepted, int Refused, TimeSpan Slowest, double MaxShare, IReadOnlyList<FuzzFailure> Failures);
