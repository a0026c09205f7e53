using NGpt.Core.Errors;
using NGpt.Core.Evaluation;
using NGpt.Data.Evaluation;
using NGpt.Runtime.Quantization;

namespace NGpt.Cli.Commands;

/// <summary>What storing a model in fewer bits costs.</summary>
/// <param name="Text">The text, for people.</param>
/// <param name="Before">How well the checkpoint predicts it.</param>
/// <param name="After">How well the file does.</param>
/// <param name="Increase">The difference of the losses.</param>
internal sealed record QuantizationLoss(string Text, PerplexityReport Before, PerplexityReport After, LossDifference Increase)
{
    /// <summary>Measures both on the same tokens.</summary>
    /// <param name="written">The file.</param>
    /// <param name="options">The text; the model is the run.</param>
    /// <param name="scorers">What computes it.</param>
    /// <param name="observer">Receives progress.</param>
    /// <param name="stop">Ends it early with <see cref="OperationCanceledException"/>.</param>
    /// <returns>Null where nothing says what text was held out, which the observer hears.</returns>
    /// <exception cref="NGptException">The text cannot be used.</exception>
    public static QuantizationLoss? Measure(
        QuantizationResult written, EvaluationJobOptions options, IScorerFactory scorers, IEvaluationObserver observer, CancellationToken stop)
    {
        if (options.Data is null && scorers.Find(options.Model).Run is null)
        {
            observer.OnWarning("the loss was not measured: nothing says what text was held out. Give --data, or a run folder");
            return null;
        }

        EvaluationOutcome before = EvaluationJob.Run(options, scorers, observer, stop);
        EvaluationOutcome after = EvaluationJob.Run(options with { Model = written.Path }, scorers, new QuietObserver(observer), stop);
        return before is { Text: string text, Perplexity: PerplexityReport first } && after.Perplexity is PerplexityReport second
            ? new QuantizationLoss(text, first, second, LossDifference.Between(first, second))
            : null;
    }

    /// <summary>What is to be said about the text has been said when it was read for the first time.</summary>
    private sealed class QuietObserver(IEvaluationObserver inner) : IEvaluationObserver
    {
        public void OnWarning(string message)
        {
        }

        public void Report(EvaluationProgress value) => inner.Report(value);

        public void Report(Data.Preparation.DatasetProgress value) => inner.Report(value);
    }
}
