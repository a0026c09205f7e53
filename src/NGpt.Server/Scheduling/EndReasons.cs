using NGpt.Core.Generation;

namespace NGpt.Server.Scheduling;

/// <summary>Reasons as they are written in answers and metrics.</summary>
internal static class EndReasons
{
    /// <summary>The reason in metrics and in the field <c>end_reason</c>.</summary>
    public static string Name(this EndReason reason) => reason switch
    {
        EndReason.StopString => "stop_string",
        EndReason.EndOfText => "end_of_text",
        EndReason.MaxTokens => "max_tokens",
        EndReason.ContextFull => "context_full",
        EndReason.Deadline => "deadline",
        EndReason.Cancelled => "cancelled",
        EndReason.SlowReader => "slow_reader",
        EndReason.Shutdown => "shutdown",
        _ => "error",
    };

    /// <summary>The reason in the field <c>finish_reason</c>, where clients know two words: the text is whole, or it was cut off.</summary>
    public static string FinishReason(this EndReason reason) => reason is EndReason.StopString or EndReason.EndOfText ? "stop" : "length";

    /// <summary>The reason that a text gives for its own end.</summary>
    public static EndReason Of(StopReason reason) => reason switch
    {
        StopReason.StopString => EndReason.StopString,
        StopReason.EndOfText => EndReason.EndOfText,
        StopReason.MaxTokens => EndReason.MaxTokens,
        _ => EndReason.Cancelled,
    };
}
