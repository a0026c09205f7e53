namespace NGpt.Lab.Runs;

/// <summary>Receives what an experiment does, in order, on the thread that runs it. Implementations must be quick.</summary>
public interface IExperimentObserver
{
    /// <summary>Something a person should know that is not a failure.</summary>
    /// <param name="message">One line.</param>
    void OnWarning(string message);

    /// <summary>What is being prepared.</summary>
    /// <param name="message">One line.</param>
    void OnPreparing(string message);

    /// <summary>The experiment is about to begin.</summary>
    /// <param name="plan">What it is going to do.</param>
    void OnPlan(ExperimentPlan plan);

    /// <summary>A run begins or goes on.</summary>
    /// <param name="run">The run.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="count">Runs that are planned now.</param>
    void OnRunStarted(PlannedRun run, int number, int count);

    /// <summary>A run took a step.</summary>
    /// <param name="taken">Steps taken.</param>
    /// <param name="steps">Steps of the whole run.</param>
    void OnRunProgress(int taken, int steps);

    /// <summary>A run is done, or was found done.</summary>
    /// <param name="result">What became of it.</param>
    /// <param name="wasThere">Whether it had been done before.</param>
    void OnRunEnded(RunResult result, bool wasThere);

    /// <summary>Something was decided that the next runs follow from.</summary>
    /// <param name="message">One line, for example which learning rate was best.</param>
    void OnDecision(string message);
}
