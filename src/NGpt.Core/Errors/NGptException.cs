namespace NGpt.Core.Errors;

/// <summary>
/// A failure that a person can understand and act on: what is wrong and where, and what to do about it.
/// The command line prints <see cref="Exception.Message"/> and <see cref="Remedy"/> on one line, without a stack trace.
/// </summary>
public class NGptException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">What is wrong and where: one line, without a final full stop.</param>
    /// <param name="remedy">What the person can do: one line, or null where nothing can be advised.</param>
    /// <param name="innerException">The cause, shown with <c>--verbose</c> only.</param>
    public NGptException(string message, string? remedy = null, Exception? innerException = null)
        : base(message, innerException) => Remedy = remedy;

    /// <summary>What the person can do about it, or null.</summary>
    public string? Remedy { get; }
}
