namespace NGpt.Core.Errors;

/// <summary>A file is not what it should be: damaged, truncated, foreign, or of another version.</summary>
public sealed class FileFormatException : NGptException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="path">The file or folder at fault.</param>
    /// <param name="problem">What is wrong with it, with the expected and the found value.</param>
    /// <param name="remedy">What the person can do, or null.</param>
    /// <param name="innerException">The cause, or null.</param>
    public FileFormatException(string path, string problem, string? remedy = null, Exception? innerException = null)
        : base($"{path}: {problem}", remedy, innerException) => Path = path;

    /// <summary>The file or folder at fault.</summary>
    public string Path { get; }
}
