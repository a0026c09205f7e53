using NGpt.Core.Errors;

namespace NGpt.Torch.Benchmarks;

/// <summary>The process of a subject ended before it was told to.</summary>
/// <param name="message">The exit code and its last words, to follow the name of the subject.</param>
/// <param name="remedy">What the person can do, or null.</param>
internal sealed class WorkerFailedException(string message, string? remedy = null) : NGptException(message, remedy);
