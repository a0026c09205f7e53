namespace NGpt.Lab.Runs;

/// <summary>What the parts of a run take on this machine.</summary>
/// <param name="Start">Seconds from the call to the first step.</param>
/// <param name="Step">Seconds of one optimizer step.</param>
/// <param name="Evaluation">Seconds of one evaluation.</param>
/// <param name="Checkpoint">Seconds of saving.</param>
public sealed record RunCost(double Start, double Step, double Evaluation, double Checkpoint)
{
    /// <summary>Time of a whole run; every evaluation may be the best so far, which is then saved.</summary>
    /// <param name="steps">Optimizer steps.</param>
    /// <param name="evaluations">Evaluations, that of the untrained model besides.</param>
    /// <returns>The time.</returns>
    public TimeSpan Of(int steps, int evaluations) =>
        TimeSpan.FromSeconds(Start + (steps * Step) + ((evaluations + 1) * Evaluation) + (evaluations * Checkpoint));
}
