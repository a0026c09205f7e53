using System.Text;

namespace NGpt.Core.Evaluation.Tasks;

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
        string text = record.Words("text").Replace("  ", " ", StringComparison.Ordinal);
        string pronoun = record.Words("pronoun");
        // The place counts Unicode characters.
        Rune[] characters = [.. text.EnumerateRunes()];
        int place = record.Index("pronoun_loc", characters.Length);
        string before = string.Concat(characters[..place]);
        if (!text.AsSpan(before.Length).StartsWith(pronoun, StringComparison.Ordinal))
        {
            throw new UnusableRecordException($"the pronoun {TaskRecord.Shown(pronoun)} is not at place {place} of the text");
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
