using NGpt.Core.Errors;

namespace NGpt.Core.Evaluation.Tasks;

/// <summary>A task that a person named: a file of records, and which task it is.</summary>
/// <param name="Name">One of <see cref="TaskCatalog.Names"/>; null where the records tell.</param>
/// <param name="Path">The file.</param>
public sealed record TaskFile(string? Name, string Path)
{
    /// <summary>Reads <c>NAME=FILE</c> or <c>FILE</c>.</summary>
    /// <param name="text">What was given.</param>
    /// <returns>The task.</returns>
    /// <exception cref="UsageException">There is no such task or no such file.</exception>
    public static TaskFile Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        // The path of a file may have the sign in it.
        if (equals <= 0 || File.Exists(text))
        {
            return Existing(new TaskFile(null, text), text);
        }

        string name = text[..equals].ToLowerInvariant();
        _ = TaskCatalog.Format(name);
        return Existing(new TaskFile(name, text[(equals + 1)..]), text);
    }

    private static TaskFile Existing(TaskFile file, string text) => File.Exists(file.Path)
        ? file
        : throw new UsageException($"--task {text}: there is no file {file.Path}", "give the JSON lines of the task: --task NAME=FILE");
}
