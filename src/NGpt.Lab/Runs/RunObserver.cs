using NGpt.Torch.Training;

namespace NGpt.Lab.Runs;

/// <summary>Tells an experiment's observer what one of its runs does. A warning that all runs give is told once.</summary>
/// <param name="observer">Receives the experiment.</param>
/// <param name="warnings">Warnings told so far.</param>
internal sealed class RunObserver(IExperimentObserver observer, HashSet<string> warnings) : ITrainingObserver
{
    private int _steps;

    public void OnWarning(string message)
    {
        if (warnings.Add(message))
        {
            observer.OnWarning(message);
        }
    }

    public void OnPreparing(string message)
    {
        if (warnings.Add(message))
        {
            observer.OnPreparing(message);
        }
    }

    public void OnPlan(TrainingPlan plan) => _steps = plan.Config.Training.Steps;

    public void OnStep(StepReport report) => observer.OnRunProgress(report.Step, _steps);

    public void OnEvaluation(EvaluationReport report)
    {
    }

    public void OnCheckpoint(int stepsTaken, string folder)
    {
    }

    public void OnFinished(TrainingOutcome outcome)
    {
    }
}
