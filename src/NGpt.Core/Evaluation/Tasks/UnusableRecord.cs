namespace NGpt.Core.Evaluation.Tasks;

/// <summary>A record that was left out of a task.</summary>
/// <param name="Line">Line of its file, from 1.</param>
/// <param name="Reason">Why: one clause.</param>
public sealed record UnusableRecord(long Line, string Reason);
