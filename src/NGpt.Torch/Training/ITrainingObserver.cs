using NGpt.Core.Checkpoints;

namespace NGpt.Torch.Training;

/// <summary>Receives events of the preparation of data and settings, on the calling thread.</summary>
public interface IPreparationObserver
{
    /// <summary>A problem that does not end the call: a setting without effect, a fallback.</summary>
    /// <param name="message">One line.</param>
    void OnWarning(string message);

    /// <summary>Preparation starts or enters a new stage.</summary>
    /// <param name="message">One line, for example "reading 354 files".</param>
    void OnPreparing(string message);
}

/// <summary>
/// Receives the events of a training run, in order, on the training thread. Implementations must return quickly: the run
/// waits for them.
/// </summary>
public interface ITrainingObserver : IPreparationObserver
{
    /// <summary>The run is about to start.</summary>
    /// <param name="plan">Sizes, folders and estimates.</param>
    void OnPlan(TrainingPlan plan);

    /// <summary>A pass over one batch begins: a step or an evaluation may have many, each of which can take minutes.</summary>
    /// <param name="pass">The pass.</param>
    void OnPass(PassProgress pass);

    /// <summary>An optimizer step is complete. Called for every step, regardless of the log interval.</summary>
    /// <param name="report">Metrics of the step.</param>
    void OnStep(StepReport report);

    /// <summary>The model was evaluated on held-out data.</summary>
    /// <param name="report">Metrics of the evaluation.</param>
    void OnEvaluation(EvaluationReport report);

    /// <summary>The model generated a text during training.</summary>
    /// <param name="stepsTaken">Completed steps.</param>
    /// <param name="text">The text.</param>
    void OnSample(int stepsTaken, string text);

    /// <summary>A checkpoint was written and flushed to disk.</summary>
    /// <param name="stepsTaken">Completed steps.</param>
    /// <param name="folder">The checkpoint's folder.</param>
    void OnCheckpoint(int stepsTaken, string folder);

    /// <summary>The run completed, was stopped or reached its time limit; its last state is saved.</summary>
    /// <param name="outcome">The outcome.</param>
    void OnFinished(TrainingOutcome outcome);
}

/// <summary>A pass over one batch, within a step or an evaluation.</summary>
/// <param name="Step">Completed steps.</param>
/// <param name="IsEvaluation">Whether it is part of an evaluation on held-out text; else forward and backward pass of a step.</param>
/// <param name="Pass">Which of the passes, from 0.</param>
/// <param name="Count">Passes of this step or evaluation.</param>
public readonly record struct PassProgress(int Step, bool IsEvaluation, int Pass, int Count);

/// <summary>Metrics of one optimizer step.</summary>
/// <param name="Step">Completed steps, including this one: 1 after the first.</param>
/// <param name="Loss">Mean cross-entropy of the step's batch, in nats per token, before the update.</param>
/// <param name="GradientNorm">Global L2 norm of the gradient before clipping.</param>
/// <param name="LearningRate">Learning rate of the step.</param>
/// <param name="TokensPerSecond">Tokens per second in this step.</param>
/// <param name="Milliseconds">Wall-clock time of the step, in milliseconds.</param>
/// <param name="DataWaitMilliseconds">Time in the step spent waiting for data, in milliseconds.</param>
/// <param name="Tokens">Tokens trained on so far.</param>
/// <param name="NormError">Maximum deviation of a hypersphere norm from 1 after the step; null for the baseline or where not measured.</param>
/// <param name="TimeRemaining">Estimated time to the last step (ETA).</param>
public sealed record StepReport(
    int Step,
    double Loss,
    double GradientNorm,
    double LearningRate,
    double TokensPerSecond,
    double Milliseconds,
    double DataWaitMilliseconds,
    long Tokens,
    double? NormError,
    TimeSpan TimeRemaining);

/// <summary>Metrics of an evaluation on held-out data.</summary>
/// <param name="Step">Completed steps at the evaluation.</param>
/// <param name="Loss">Mean cross-entropy in nats per token.</param>
/// <param name="BitsPerByte">Cross-entropy in bits per UTF-8 byte of the predicted tokens: comparable across tokenizers.</param>
/// <param name="Tokens">Number of predicted tokens.</param>
/// <param name="IsBest">Whether it is the lowest loss of the run so far.</param>
public sealed record EvaluationReport(int Step, double Loss, double BitsPerByte, long Tokens, bool IsBest)
{
    /// <summary>exp of the loss.</summary>
    public double Perplexity => Math.Exp(Loss);

    /// <summary>The loss on each source of a mixture; empty for a single source.</summary>
    public IReadOnlyList<SourceLoss> Sources { get; init; } = [];

    internal static EvaluationReport? Of(EvaluationState? evaluation, EvaluationState? best) => evaluation is null
        ? null
        : new EvaluationReport(evaluation.Step, evaluation.Loss, evaluation.BitsPerByte, evaluation.Tokens, evaluation.Step == best?.Step);
}

/// <summary>The outcome of a run.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Step">Completed steps.</param>
/// <param name="RunFolder">Folder of the run.</param>
/// <param name="LastEvaluation">The latest evaluation, or null.</param>
/// <param name="BestEvaluation">The evaluation with the lowest loss, or null.</param>
/// <param name="Elapsed">Wall-clock time of this call, without earlier parts of a resumed run.</param>
/// <param name="PeakMemory">Peak resident size of the process, in bytes.</param>
/// <param name="Sample">Text generated by the trained model, or null if none was requested.</param>
public sealed record TrainingOutcome(
    TrainingEnd End,
    int Step,
    string RunFolder,
    EvaluationReport? LastEvaluation,
    EvaluationReport? BestEvaluation,
    TimeSpan Elapsed,
    long PeakMemory,
    string? Sample)
{
    /// <summary>The training engine, and why it was selected; null where nothing was computed.</summary>
    public EngineSummary? Engine { get; init; }
}

/// <summary>Why a run ended.</summary>
public enum TrainingEnd
{
    /// <summary>All steps are complete.</summary>
    Completed,

    /// <summary>The held-out loss did not get better for as many evaluations as <c>--patience</c> allows.</summary>
    StoppedEarly,

    /// <summary>Only an evaluation was requested.</summary>
    Evaluated,

    /// <summary>The time limit was reached; the run can be resumed.</summary>
    TimeLimit,

    /// <summary>The run was stopped; it can be resumed.</summary>
    Stopped,
}
