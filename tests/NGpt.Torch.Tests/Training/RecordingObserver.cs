using NGpt.Torch.Training;

namespace NGpt.Torch.Tests.Training;

/// <summary>Records the events of a run, with callbacks after steps and checkpoints.</summary>
internal sealed class RecordingObserver : ITrainingObserver
{
    public List<StepReport> Steps { get; } = [];

    public List<EvaluationReport> Evaluations { get; } = [];

    public List<string> Warnings { get; } = [];

    public Action<StepReport>? AfterStep { get; init; }

    public Action<int>? AfterCheckpoint { get; init; }

    public Action<PassProgress>? BeforePass { get; init; }

    public void OnWarning(string message) => Warnings.Add(message);

    public void OnPreparing(string message)
    {
    }

    public void OnPlan(TrainingPlan plan)
    {
    }

    public void OnPass(PassProgress pass) => BeforePass?.Invoke(pass);

    public void OnSample(int stepsTaken, string text)
    {
    }

    public void OnStep(StepReport report)
    {
        Steps.Add(report);
        AfterStep?.Invoke(report);
    }

    public void OnEvaluation(EvaluationReport report) => Evaluations.Add(report);

    public void OnCheckpoint(int stepsTaken, string folder) => AfterCheckpoint?.Invoke(stepsTaken);

    public void OnFinished(TrainingOutcome outcome)
    {
    }
}
