namespace NGpt.Torch.Training;

/// <summary>Why a run ended.</summary>
public enum TrainingEnd
{
    /// <summary>All steps were taken.</summary>
    Completed,

    /// <summary>Only an evaluation was asked for.</summary>
    Evaluated,

    /// <summary>The time limit was reached; the run can be resumed.</summary>
    TimeLimit,

    /// <summary>The run was asked to stop; it can be resumed.</summary>
    Stopped,
}
