using NGpt.Lab.Runs;

namespace NGpt.Lab.Sweeping;

/// <summary>A run of a sweep that is done.</summary>
/// <param name="Run">The run.</param>
/// <param name="Result">What became of it.</param>
public sealed record SweptOutcome(SweptRun Run, RunResult Result);
