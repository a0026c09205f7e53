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
    /// <exception cref="UsageException">There is no such task.</exception>
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
