namespace NGpt.Core.Errors;

/// <summary>The person asked for something that cannot be: a wrong option, value or combination. Exit code 2.</summary>
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
