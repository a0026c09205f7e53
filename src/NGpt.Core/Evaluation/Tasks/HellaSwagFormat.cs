using System.Text;
using System.Text.RegularExpressions;

namespace NGpt.Core.Evaluation.Tasks;

/// <summary>HellaSwag: the beginning of a description with four endings, as it is published. Marks of the source are removed.</summary>
internal sealed partial class HellaSwagFormat : ITaskFormat
{
    /// <inheritdoc/>
    public TaskScoring Scoring => TaskScoring.Choice;

    /// <inheritdoc/>
    public bool Fits(TaskRecord record) => record.Has("endings") && record.Has("ctx_a");

    /// <inheritdoc/>
    public (IReadOnlyList<TaskChoice> Choices, int Answer) Read(TaskRecord record)
    {
        string context = Clean($"{record.Text("activity_label")}: {record.Words("ctx_a")} {Capitalized(record.Text("ctx_b"))}");
        string[] endings = [.. record.Texts("endings").Select(Clean)];
        int empty = Array.FindIndex(endings, string.IsNullOrWhiteSpace);
        return empty < 0
            ? ([.. endings.Select(ending => new TaskChoice(context, $" {ending}"))], record.Index("label", endings.Length))
            : throw new UnusableRecordException($"endings[{empty}] is empty");
    }

    private static string Clean(string text) =>
        Brackets().Replace(text.Trim().Replace(" [title]", ". ", StringComparison.Ordinal), "").Replace("  ", " ", StringComparison.Ordinal);

    // The first character upper-case and all others lower-case: the definition of the task that everybody reports.
    private static string Capitalized(string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        Rune first = text.EnumerateRunes().First();
        return $"{Rune.ToUpperInvariant(first)}{text[first.Utf16SequenceLength..].ToLowerInvariant()}";
    }

    [GeneratedRegex(@"\[[^\]\n]*\]")]
    private static partial Regex Brackets();
}
