using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Evaluation.Tasks;

/// <summary>A task in the tokens of a model, ready to be scored.</summary>
public sealed class EncodedTask
{
    // A file with more than this share of unusable records is another file than was meant.
    private const int UsableForEachUnusable = 9;
    private const int ShownProblems = 3;

    private EncodedTask(TaskSet set, IReadOnlyList<EncodedQuestion> questions, IReadOnlyList<UnusableRecord> unusable) =>
        (Set, Questions, Unusable) = (set, questions, unusable);

    /// <summary>The questions as they were read.</summary>
    public TaskSet Set { get; }

    /// <summary>The questions in tokens.</summary>
    public IReadOnlyList<EncodedQuestion> Questions { get; }

    /// <summary>The records that were left out, in the order of the file.</summary>
    public IReadOnlyList<UnusableRecord> Unusable { get; }

    /// <summary>Encodes questions.</summary>
    /// <param name="set">The questions.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="contextLength">Tokens that the model sees in one context.</param>
    /// <returns>The task; questions that cannot be encoded are left out.</returns>
    /// <exception cref="FileFormatException">None of the records can be used, or more than one in ten cannot.</exception>
    public static EncodedTask Create(TaskSet set, ITokenizer tokenizer, int contextLength)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        List<EncodedQuestion> questions = [];
        List<UnusableRecord> unusable = [.. set.Unusable];
        foreach (TaskQuestion question in set.Questions)
        {
            try
            {
                questions.Add(new EncodedQuestion([.. question.Choices.Select(choice => Encode(choice, tokenizer, contextLength))], question.Answer));
            }
            catch (Exception problem) when (problem is UnusableRecordException or UsageException)
            {
                unusable.Add(new UnusableRecord(question.Line, problem.Message));
            }
        }

        unusable.Sort((a, b) => a.Line.CompareTo(b.Line));
        RequireUsable(set, questions.Count, unusable);
        return new EncodedTask(set, questions, unusable);
    }

    /// <summary>
    /// Puts a context and its continuation into tokens. The two are encoded together, and the continuation's tokens are
    /// those behind as many as the context has alone; spaces at the end of the context go to the continuation, for that is
    /// where tokenizers put them. A continuation that the tokenizer joins with the end of the context to as few tokens is
    /// encoded alone.
    /// </summary>
    internal static EncodedChoice Encode(TaskChoice choice, ITokenizer tokenizer, int contextLength)
    {
        string context = choice.Context.TrimEnd();
        string continuation = choice.Context[context.Length..] + choice.Continuation;
        int[] whole = tokenizer.Encode(context + continuation);
        int[] before = tokenizer.Encode(context);
        int[] after = whole.Length > before.Length ? whole[before.Length..] : tokenizer.EncodeContinuation(continuation);
        if (before.Length == 0 || after.Length == 0)
        {
            throw new UnusableRecordException("its context or its continuation has no tokens");
        }

        int scored = after.Length;
        if (scored > contextLength)
        {
            throw new UnusableRecordException($"a choice has {scored} tokens, more than the {contextLength} that the model sees in one context");
        }

        ReadOnlySpan<int> begin = tokenizer is { BeginsPrompts: true, EndOfText: int token } ? [token] : [];
        int[] tokens = [.. begin, .. before, .. after];
        int cut = Math.Max(0, tokens.Length - (contextLength + 1));
        return new EncodedChoice(tokens.AsMemory(cut), scored, choice.Characters, WasCut: cut > 0);
    }

    private static void RequireUsable(TaskSet set, int usable, List<UnusableRecord> unusable)
    {
        if (usable > 0 && usable >= (long)unusable.Count * UsableForEachUnusable)
        {
            return;
        }

        if (unusable.Count == 0)
        {
            throw new FileFormatException(set.File.Path, "the file has no records", "give the JSON lines of the task");
        }

        IEnumerable<string> problems = unusable.Take(ShownProblems).Select(record => $"line {record.Line}: {record.Reason}");
        string more = unusable.Count > ShownProblems ? $"; and {unusable.Count - ShownProblems} more" : "";
        throw new FileFormatException(
            set.File.Path,
            $"{unusable.Count} of {usable + unusable.Count} records are not in {set.Name}'s format: {string.Join("; ", problems)}{more}",
            $"name the task that it is, --task NAME=FILE: {string.Join(", ", TaskCatalog.Names)}");
    }
}

/// <summary>A question as the model reads it.</summary>
/// <param name="Choices">The possible answers.</param>
/// <param name="Answer">Which one is right, from 0.</param>
public sealed record EncodedQuestion(IReadOnlyList<EncodedChoice> Choices, int Answer);

/// <summary>An answer as the model reads it.</summary>
/// <param name="Tokens">Context and continuation; at most one token more than the model sees in one context.</param>
/// <param name="Scored">How many of the last tokens are the continuation, at least 1 and fewer than all.</param>
/// <param name="Characters">What the score is divided by for <c>acc_norm</c>.</param>
/// <param name="WasCut">Whether the beginning of the context was left out.</param>
public sealed record EncodedChoice(ReadOnlyMemory<int> Tokens, int Scored, int Characters, bool WasCut);
