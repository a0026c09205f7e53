using NGpt.Core.Errors;

namespace NGpt.Cli;

/// <summary>One line for a failure, and its exit code.</summary>
/// <param name="Text">The line, without the program's name.</param>
/// <param name="ExitCode">What the command returns.</param>
public sealed record ErrorLine(string Text, int ExitCode)
{
    /// <summary>Describes a failure in one line.</summary>
    /// <param name="exception">The failure.</param>
    /// <returns>What is wrong and, where it is known, what to do about it.</returns>
    public static ErrorLine Of(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception switch
        {
            UsageException e => Line(e.Message, e.Remedy, Cli.ExitCode.Usage),
            NGptException e => Line(e.Message, e.Remedy),
            AggregateException { InnerExceptions: [Exception only] } => Of(only),
            TypeInitializationException { InnerException: Exception cause } => Of(cause),
            _ when IsOutOfMemory(exception) => Line(
                "out of memory", "Give a smaller --batch-size, or a smaller model (--preset, --embedding-width, --context-length)"),
            UnauthorizedAccessException e => Line(e.Message, "Check the owner and the permissions"),
            IOException e => Line(e.Message, null),
            OperationCanceledException => Line("stopped before there was anything to save", null, Cli.ExitCode.Interrupted),
            _ => Line($"internal error: {exception.GetType().Name}: {exception.Message.TrimEnd('.')}; run with --verbose to see where", null),
        };
    }

    /// <summary>libtorch reports a failed allocation as a foreign exception with one of these words.</summary>
    private static bool IsOutOfMemory(Exception exception) =>
        exception is OutOfMemoryException
        || exception.Message.Contains("can't allocate memory", StringComparison.Ordinal)
        || exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);

    private static ErrorLine Line(string message, string? remedy, int exitCode = Cli.ExitCode.Failure)
    {
        string text = remedy is null ? message : $"{message.TrimEnd('.')}. {Sentence(remedy)}";
        // One line whatever a library put into its message.
        return new ErrorLine(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), exitCode);
    }

    // A remedy follows a full stop. One that begins with a word is a sentence; an option or a path stays as it is.
    private static string Sentence(string remedy) =>
        remedy.Split(' ')[0].TrimEnd(',', ':').All(char.IsAsciiLetterLower) ? $"{char.ToUpperInvariant(remedy[0])}{remedy[1..]}" : remedy;
}
