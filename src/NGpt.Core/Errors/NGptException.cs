namespace NGpt.Core.Errors;

/// <summary>
/// A failure that the user can understand and act on: what is wrong and where, and what to do about it.
/// The command line prints <see cref="Exception.Message"/> and <see cref="Remedy"/> on one line, without a stack trace.
/// </summary>
public class NGptException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">
    /// What is wrong and where: one line, without a final full stop. Control characters, which only a file or a name that is
    /// quoted in it can bring along, become question marks: they would move a terminal's cursor and begin new lines.
    /// </param>
    /// <param name="remedy">What the user can do: one line, or null where nothing can be advised.</param>
    /// <param name="innerException">The cause, shown with <c>--verbose</c> only.</param>
    public NGptException(string message, string? remedy = null, Exception? innerException = null)
        : base(WithoutControls(message), innerException) => Remedy = remedy;

    /// <summary>What the user can do about it, or null.</summary>
    public string? Remedy { get; }

    private static string WithoutControls(string message) =>
        message.Any(char.IsControl) ? string.Concat(message.Select(c => char.IsControl(c) ? '?' : c)) : message;
}

/// <summary>The user asked for something that cannot be: a wrong option, value or combination. Exit code 2.</summary>
public sealed class UsageException : NGptException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">What is wrong: option or key, the value given, and the values allowed.</param>
    /// <param name="remedy">What to give instead, or null.</param>
    public UsageException(string message, string? remedy = null)
        : base(message, remedy)
    {
    }
}

/// <summary>A file is not what it should be: damaged, truncated, foreign, or of another version.</summary>
public sealed class FileFormatException : NGptException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="path">The file or folder at fault.</param>
    /// <param name="problem">What is wrong with it, with the expected and the found value.</param>
    /// <param name="remedy">What the user can do, or null.</param>
    /// <param name="innerException">The cause, or null.</param>
    public FileFormatException(string path, string problem, string? remedy = null, Exception? innerException = null)
        : base($"{path}: {problem}", remedy, innerException) => Path = path;

    /// <summary>The file or folder at fault.</summary>
    public string Path { get; }
}
