using NGpt.Core.Errors;

namespace NGpt.Core.Evaluation.Tasks;

/// <summary>The tasks that are known by name.</summary>
public static class TaskCatalog
{
    // Where the records have to tell, the earlier one is asked first: text alone says least.
    private static readonly (string Name, ITaskFormat Format)[] Tasks =
    [
        ("arc-easy", new ArcFormat()),
        ("arc-challenge", new ArcFormat()),
        ("hellaswag", new HellaSwagFormat()),
        ("winogrande", new WinoGrandeFormat()),
        ("wsc273", new Wsc273Format()),
        ("lambada", new LambadaFormat()),
    ];

    // The records of both kinds of ARC look alike.
    private static readonly (string Name, ITaskFormat Format)[] ToldByRecords = [("arc", Tasks[0].Format), .. Tasks[2..]];

    /// <summary>The names, as <c>--task NAME=FILE</c> takes them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Tasks.Select(task => task.Name)];

    /// <summary>The format of a name.</summary>
    internal static ITaskFormat Format(string name)
    {
        int place = Array.FindIndex(Tasks, task => task.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        string hint = place < 0 && Spelling.Nearest(name, Names) is string nearest ? $": did you mean {nearest}?" : "";
        return place >= 0 ? Tasks[place].Format : throw new UsageException($"unknown task {name}{hint}", $"the tasks are {string.Join(", ", Names)}");
    }

    /// <summary>The task whose records look like this one.</summary>
    internal static (string Name, ITaskFormat Format)? Of(TaskRecord record)
    {
        foreach ((string, ITaskFormat Format) task in ToldByRecords)
        {
            if (task.Format.Fits(record))
            {
                return task;
            }
        }

        return null;
    }
}

/// <summary>How the records of a task are written, and how one becomes a question.</summary>
internal interface ITaskFormat
{
    /// <summary>What is reported.</summary>
    TaskScoring Scoring { get; }

    /// <summary>Whether a record looks like one of this task.</summary>
    bool Fits(TaskRecord record);

    /// <summary>The possible answers and the right one.</summary>
    (IReadOnlyList<TaskChoice> Choices, int Answer) Read(TaskRecord record);
}

/// <summary>A question with its possible answers.</summary>
/// <param name="Line">Line of its file, from 1.</param>
/// <param name="Choices">The answers: at least two, or the one of a last-word task.</param>
/// <param name="Answer">Which one is right, from 0.</param>
public sealed record TaskQuestion(long Line, IReadOnlyList<TaskChoice> Choices, int Answer);

/// <summary>One possible answer: a context and its continuation.</summary>
/// <param name="Context">What the model is given; not empty.</param>
/// <param name="Continuation">What is scored, with the space between the two.</param>
public sealed record TaskChoice(string Context, string Continuation)
{
    /// <summary>Unicode characters by which the score is divided for <c>acc_norm</c>: those of the answer, without the space before it.</summary>
    public int Characters => Continuation.EnumerateRunes().Count() - (Continuation.StartsWith(' ') ? 1 : 0);
}

/// <summary>What makes an answer right, and what is reported.</summary>
public enum TaskScoring
{
    /// <summary>The most probable continuation is taken: <c>acc</c>, and <c>acc_norm</c> by the probability per character.</summary>
    Choice,

    /// <summary>The same text after different beginnings: <c>acc</c> alone, for the text is equally long.</summary>
    PartialContext,

    /// <summary>Every token of the continuation must be the most likely one: <c>acc</c>, and the perplexity of the continuation.</summary>
    LastWord,
}
