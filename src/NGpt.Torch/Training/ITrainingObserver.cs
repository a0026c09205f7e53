namespace NGpt.Torch.Training;

/// <summary>
/// Receives what a training run does, in order, on the training thread. Implementations must be quick:
/// the run waits for them.
/// </summary>
public interface ITrainingObserver : IPreparationObserver
{
    /// <summary>The run is about to begin: all that is known before step 0.</summary>
    /// <param name="plan">Sizes, folders, estimates.</param>
    void OnPlan(TrainingPlan plan);

    /// <summary>One optimizer step was taken. Called for every step, whatever the log interval.</summary>
    /// <param name="report">Figures of the step.</param>
    void OnStep(StepReport report);

    /// <summary>The model was evaluated on held-out data.</summary>
    /// <param name="report">Figures of the evaluation.</param>
    void OnEvaluation(EvaluationReport report);

    /// <summary>A checkpoint was written and is safe on disk.</summary>
    /// <param name="stepsTaken">Steps taken so far.</param>
    /// <param name="folder">The checkpoint's folder.</param>
    void OnCheckpoint(int stepsTaken, string folder);

    /// <summary>The run ended normally, by request or by its time limit; the last state is saved.</summary>
    /// <param name="outcome">How and where it ended.</param>
    void OnFinished(TrainingOutcome outcome);
}
