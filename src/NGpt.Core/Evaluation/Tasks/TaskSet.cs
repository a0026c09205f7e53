using System.Text;
using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Core.Evaluation.Tasks;

/// <summary>The questions of a file.</summary>
public sealed class TaskSet
{
    private const int MaxLineLength = 1 << 20;
    private const int MaxRecords = 200_000;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private TaskSet(TaskFile file, string name, TaskScoring scoring, IReadOnlyList<TaskQuestion> questions, IReadOnlyList<UnusableRecord> unusable) =>
        (File, Name, Scoring, Questions, Unusable) = (file, name, scoring, questions, unusable);

    /// <summary>The file.</summary>
    public TaskFile File { get; }

    /// <summary>Which task it is.</summary>
    public string Name { get; }

    /// <summary>What is reported.</summary>
    public TaskScoring Scoring { get; }

    /// <summary>The questions in the order of the file.</summary>
    public IReadOnlyList<TaskQuestion> Questions { get; }

    /// <summary>The records that are not in the task's format.</summary>
    public IReadOnlyList<UnusableRecord> Unusable { get; }

    /// <summary>Reads the questions of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="limit">Read only the first questions, this many; null for all.</param>
    /// <returns>The questions, and what had to be left out.</returns>
    /// <exception cref="FileFormatException">The file cannot be read, or nothing says which task it is.</exception>
    public static TaskSet Open(TaskFile file, int? limit = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            using FileStream stream = System.IO.File.OpenRead(file.Path);
            return Read(file, stream, limit ?? MaxRecords);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FileFormatException(file.Path, $"cannot be read: {failure.Message}", "check the name and its permissions", failure);
        }
    }

    private static TaskSet Read(TaskFile file, Stream stream, int limit)
    {
        (string Name, ITaskFormat Format)? task = file.Name is string name ? (name, TaskCatalog.Format(name)) : null;
        List<TaskQuestion> questions = [];
        List<UnusableRecord> unusable = [];
        LineReader lines = new(stream, MaxLineLength);
        LineKind kind;
        for (long number = 1; questions.Count < limit && (kind = lines.Read(out ReadOnlyMemory<byte> line)) != LineKind.End; number++)
        {
            if (number == 1 && line.Span.StartsWith(Encoding.UTF8.Preamble))
            {
                line = line[Encoding.UTF8.Preamble.Length..];
            }

            if (kind == LineKind.Line && line.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
            {
                continue;
            }

            if (questions.Count + unusable.Count == MaxRecords)
            {
                throw new FileFormatException(file.Path, $"has more than {MaxRecords:N0} records", "give --limit, or a part of the file");
            }

            try
            {
                questions.Add(Question(line, number, kind, ref task));
            }
            catch (UnusableRecordException problem)
            {
                unusable.Add(new UnusableRecord(number, problem.Message));
            }
        }

        return task is (string known, ITaskFormat format)
            ? new TaskSet(file, known, format.Scoring, questions, unusable)
            : throw new FileFormatException(
                file.Path,
                unusable is [{ } first, ..] ? $"no record tells which task it is; line {first.Line}: {first.Reason}" : "the file has no records",
                $"name the task, --task NAME={file.Path}: {string.Join(", ", TaskCatalog.Names)}");
    }

    private static TaskQuestion Question(ReadOnlyMemory<byte> line, long number, LineKind kind, ref (string Name, ITaskFormat Format)? task)
    {
        if (kind == LineKind.TooLong)
        {
            throw new UnusableRecordException($"the line is longer than {MaxLineLength >> 20} MiB");
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(line, Options);
            TaskRecord record = new(json.RootElement);
            task ??= TaskCatalog.Of(record) ?? throw new UnusableRecordException("its fields are those of no known task");
            (IReadOnlyList<TaskChoice> choices, int answer) = task.Value.Format.Read(record);
            return new TaskQuestion(number, choices, answer);
        }
        catch (JsonException failure)
        {
            throw new UnusableRecordException(
                failure.BytePositionInLine is long place ? $"it is not valid JSON (byte {place + 1})" : "it is not valid JSON");
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape: names are compared as text.
            throw new UnusableRecordException("a name is not valid Unicode text");
        }
    }
}

/// <summary>A task that the user named: a file of records, and which task it is.</summary>
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

/// <summary>A record that was left out of a task.</summary>
/// <param name="Line">Line of its file, from 1.</param>
/// <param name="Reason">Why: one clause.</param>
public sealed record UnusableRecord(long Line, string Reason);
