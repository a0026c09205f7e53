using System.Text;
using System.Text.RegularExpressions;

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
            stem = question.NonBlankText("stem");
            IReadOnlyList<TaskRecord> choices = question.Objects("choices");
            texts = [.. choices.Select(choice => choice.NonBlankText("text"))];
            labels = [.. choices.Select(choice => choice.Label("label"))];
        }
        else
        {
            stem = record.NonBlankText("question");
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
            : throw new UnusableRecordException($"answerKey is {TaskRecord.Quote(key)}, and {answers.Length} of the choices have that label");
    }
}

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
        string context = Clean($"{record.Text("activity_label")}: {record.NonBlankText("ctx_a")} {Capitalized(record.Text("ctx_b"))}");
        string[] endings = [.. record.Texts("endings").Select(Clean)];
        int empty = Array.FindIndex(endings, string.IsNullOrWhiteSpace);
        return empty < 0
            ? ([.. endings.Select(ending => new TaskChoice(context, $" {ending}"))], record.Index("label", endings.Length))
            : throw new UnusableRecordException($"endings[{empty}] is empty");
    }

    private static string Clean(string text) =>
        Brackets().Replace(text.Trim().Replace(" [title]", ". ", StringComparison.Ordinal), "").Replace("  ", " ", StringComparison.Ordinal);

    // The first character upper-case and all others lower-case: the task's definition that published results use.
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
        string text = record.NonBlankText("text");
        int space = text.LastIndexOf(' ');
        return space > 0 && !string.IsNullOrWhiteSpace(text[..space]) && space < text.Length - 1
            ? ([new TaskChoice(text[..space], text[space..])], 0)
            : throw new UnusableRecordException("text has no last word with others before it");
    }
}

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
        string sentence = record.NonBlankText("sentence");
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
            ? ([.. new[] { record.NonBlankText("option1"), record.NonBlankText("option2") }.Select(option => new TaskChoice(sentence[..gap] + option, $" {rest}"))], answer == "1" ? 0 : 1)
            : throw new UnusableRecordException($"answer is {TaskRecord.Quote(answer)}, not 1 or 2");
    }
}

/// <summary>
/// The Winograd schema challenge of 273 sentences, as the Hugging Face data set <c>winograd_wsc</c> has it: each of two
/// nouns takes the place of the pronoun, and the text after it is scored.
/// </summary>
internal sealed class Wsc273Format : ITaskFormat
{
    private static readonly string[] Possessive = ["my", "his", "her", "our", "their"];
    private static readonly string[] LowerInsideSentence = ["A", "An", "The", "She", "He", "It", "They", "My", "His", "Her", "Their"];

    /// <inheritdoc/>
    public TaskScoring Scoring => TaskScoring.PartialContext;

    /// <inheritdoc/>
    public bool Fits(TaskRecord record) => record.Has("pronoun_loc") && record.Has("options");

    /// <inheritdoc/>
    public (IReadOnlyList<TaskChoice> Choices, int Answer) Read(TaskRecord record)
    {
        string text = record.NonBlankText("text").Replace("  ", " ", StringComparison.Ordinal);
        string pronoun = record.NonBlankText("pronoun");
        // The place counts Unicode characters.
        Rune[] characters = [.. text.EnumerateRunes()];
        int place = record.Index("pronoun_loc", characters.Length);
        string before = string.Concat(characters[..place]);
        if (!text.AsSpan(before.Length).StartsWith(pronoun, StringComparison.Ordinal))
        {
            throw new UnusableRecordException($"the pronoun {TaskRecord.Quote(pronoun)} is not at place {place} of the text");
        }

        string rest = text[(before.Length + pronoun.Length)..].Trim();
        if (rest.Length == 0)
        {
            throw new UnusableRecordException("the text has nothing after the pronoun");
        }

        IReadOnlyList<string> options = record.Texts("options");
        if (options.Count != 2)
        {
            throw new UnusableRecordException($"options has {options.Count} entries, not 2");
        }

        bool beginsSentence = place >= 2 && characters[place - 2].Value == '.';
        return ([.. options.Select(option => new TaskChoice(before + Fitted(option, pronoun, beginsSentence), $" {rest}"))], record.Index("label", 2));
    }

    // "The city councilmen" becomes "the city councilmen" inside a sentence, and "the man" "the man's" for "his".
    private static string Fitted(string option, string pronoun, bool beginsSentence)
    {
        string noun = Possessive.Contains(pronoun.ToLowerInvariant()) ? $"{option}'s" : option;
        string first = noun.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[0];
        return !beginsSentence && LowerInsideSentence.Contains(first)
            ? noun.Replace(first, first.ToLowerInvariant(), StringComparison.Ordinal)
            : noun;
    }
}
