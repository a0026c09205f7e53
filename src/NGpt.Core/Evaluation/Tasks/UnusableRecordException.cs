namespace NGpt.Core.Evaluation.Tasks;

/// <summary>A record that is no question. The message is one clause.</summary>
internal sealed class UnusableRecordException(string reason) : Exception(reason);
