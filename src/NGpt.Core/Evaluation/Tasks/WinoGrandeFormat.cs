namespace NGpt.Core.Evaluation.Tasks;

/// <summary>
/// WinoGrande: a sentence with a gap and two fillers, as it is published. Each filler is put into the gap, and the text
/// after the gap is scored.
/// </summary>
internal sealed class WinoGrandeFormat : ITaskFormat
{
    private const char Gap = '_';

    /// <inheritdoc/>
    public TaskScoring Scoring => TaskScoring.PartialContext;

    /// <inheritdoc/>
    public bool Fits(TaskRecord record) => record.Has("sentence") && record.Has("option1");

    /// <inheritdoc/>
    public (IReadOnlyList<TaskChoice> Choices, int Answer) Read(TaskRecord record)
    {
        string sentence = record.Words("sentence");
        int gap = sentence.IndexOf(Gap, StringComparison.Ordinal);
        if (gap < 0)
        {
            throw new UnusableRecordException($"sentence has no {Gap}");
        }

        string rest = sentence[(gap + 1)..].Trim();
        if (rest.Length == 0)
        {
            throw new UnusableRecordException($"sentence has nothing after its {Gap}");
        }

        string answer = record.Label("answer");
        return answer is "1" or "2"
            ? ([.. new[] { record.Words("option1"), record.Words("option2") }.Select(option => new TaskChoice(sentence[..gap] + option, $" {rest}"))], answer == "1" ? 0 : 1)
            : throw new UnusableRecordException($"answer is {TaskRecord.Shown(answer)}, not 1 or 2");
    }
}
