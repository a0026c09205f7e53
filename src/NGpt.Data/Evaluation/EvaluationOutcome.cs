using NGpt.Core.Evaluation;
using NGpt.Core.Evaluation.Tasks;

namespace NGpt.Data.Evaluation;

/// <summary>What an evaluation found.</summary>
/// <param name="Model">The checkpoint that was measured.</param>
/// <param name="TrainedContextLength">T, what it was trained with.</param>
/// <param name="Text">The text, for people; null where none was measured.</param>
/// <param name="Perplexity">How well the model predicts it, or null.</param>
/// <param name="Tasks">How it did on the tasks, in the order that they were asked for.</param>
/// <param name="Elapsed">Time of the measurement, without reading the model and the text.</param>
public sealed record EvaluationOutcome(
    string Model, int TrainedContextLength, string? Text, PerplexityReport? Perplexity, IReadOnlyList<TaskReport> Tasks, TimeSpan Elapsed);
