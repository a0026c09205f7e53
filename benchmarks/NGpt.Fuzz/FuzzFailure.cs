namespace NGpt.Fuzz;

/// <summary>An input that a parser did not stand.</summary>
/// <param name="Number">The input's number in its run.</param>
/// <param name="Problem">What happened, in one line.</param>
/// <param name="Files">The input.</param>
internal sealed record FuzzFailure(int Number, string Problem, FuzzFile[] Files);
