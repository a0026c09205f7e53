namespace NGpt.Core.Evaluation.Tasks;

/// <summary>How the records of a task are written, and how one becomes a question.</summary>
internal interface ITaskFormat
{
    /// <summary>What is reported.</summary>
    TaskScoring Scoring { get; }

    /// <summary>Whether a record looks like one of this task.</summary>
    bool Fits(TaskRecord record);

    /// <summary>The possible answers and the right one.</summary>
    /// <exception cref="UnusableRecordException">The record is not one of this task.</exception>
    (IReadOnlyList<TaskChoice> Choices, int Answer) Read(TaskRecord record);
}
