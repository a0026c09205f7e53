namespace NGpt.Core.Evaluation;

/// <summary>How far an evaluation is.</summary>
/// <param name="Part">What is evaluated.</param>
/// <param name="Done">Things done.</param>
/// <param name="Total">All of them.</param>
/// <param name="Unit">One of the things.</param>
public sealed record EvaluationProgress(string Part, long Done, long Total, string Unit);
