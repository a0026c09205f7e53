namespace NGpt.Core.Evaluation.Tasks;

/// <summary>LAMBADA: passages whose last word is to be found. Field <c>text</c>; the word is what follows the last space.</summary>
internal sealed class LambadaFormat : ITaskFormat
{
    /// <inheritdoc/>
    public TaskScoring Scoring => TaskScoring.LastWord;

    /// <inheritdoc/>
    public bool Fits(TaskRecord record) => record.Has("text") && !record.Has("pronoun");

    /// <inheritdoc/>
    public (IReadOnlyList<TaskChoice> Choices, int Answer) Read(TaskRecord record)
    {
        string text = record.Words("text");
        int space = text.LastIndexOf(' ');
        return space > 0 && !string.IsNullOrWhiteSpace(text[..space]) && space < text.Length - 1
            ? ([new TaskChoice(text[..space], text[space..])], 0)
            : throw new UnusableRecordException("text has no last word with others before it");
    }
}
