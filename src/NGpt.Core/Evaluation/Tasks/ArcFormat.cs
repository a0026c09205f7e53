namespace NGpt.Core.Evaluation.Tasks;

/// <summary>
/// ARC: a question of natural science with three to five answers. Read as AI2 publishes it, with <c>question.stem</c> and
/// <c>question.choices</c>, and as the Hugging Face data set has it, with <c>choices.text</c> and <c>choices.label</c>.
/// </summary>
internal sealed class ArcFormat : ITaskFormat
{
    /// <inheritdoc/>
    public TaskScoring Scoring => TaskScoring.Choice;

    /// <inheritdoc/>
    public bool Fits(TaskRecord record) => record.Has("question") && record.Has("answerKey");

    /// <inheritdoc/>
    public (IReadOnlyList<TaskChoice> Choices, int Answer) Read(TaskRecord record)
    {
        string stem;
        IReadOnlyList<string> texts;
        IReadOnlyList<string> labels;
        if (record.IsObject("question"))
        {
            TaskRecord question = record.Object("question");
            stem = question.Words("stem");
            IReadOnlyList<TaskRecord> choices = question.Objects("choices");
            texts = [.. choices.Select(choice => choice.Words("text"))];
            labels = [.. choices.Select(choice => choice.Label("label"))];
        }
        else
        {
            stem = record.Words("question");
            TaskRecord choices = record.Object("choices");
            (texts, labels) = (choices.Texts("text"), choices.Texts("label"));
        }

        if (labels.Count != texts.Count)
        {
            throw new UnusableRecordException($"there are {texts.Count} choices and {labels.Count} labels");
        }

        // Letters in most questions, digits in some.
        string key = record.Label("answerKey");
        int[] answers = [.. Enumerable.Range(0, labels.Count).Where(i => labels[i] == key)];
        return answers.Length == 1
            ? ([.. texts.Select(text => new TaskChoice($"Question: {stem}\nAnswer:", $" {text}"))], answers[0])
            : throw new UnusableRecordException($"answerKey is {TaskRecord.Shown(key)}, and {answers.Length} of the choices have that label");
    }
}
