using NGpt.Core.Generation;

namespace NGpt.Server.Scheduling;

/// <summary>Why a sequence ended. Every accepted sequence ends with one of these.</summary>
public enum EndReason
{
    /// <summary>A stop string was generated.</summary>
    StopString,

    /// <summary>The model generated the end-of-text token.</summary>
    EndOfText,

    /// <summary>The maximum number of tokens was reached.</summary>
    MaxTokens,

    /// <summary>The context has no room for another token.</summary>
    ContextFull,

    /// <summary>The request reached its time limit.</summary>
    Deadline,

    /// <summary>The client disconnected.</summary>
    Cancelled,

    /// <summary>The client read the stream too slowly.</summary>
    SlowReader,

    /// <summary>The server was shut down.</summary>
    Shutdown,

    /// <summary>The model failed.</summary>
    Error,

    /// <summary>A stop token was generated.</summary>
    StopToken,

    /// <summary>The JSON text is complete.</summary>
    Complete,
}

/// <summary>End reasons in answers and metrics.</summary>
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
        EndReason.StopToken => "stop_token",
        EndReason.Complete => "complete",
        _ => "error",
    };

    /// <summary>The reason in the field <c>finish_reason</c>, for which OpenAI's clients know two values: complete, or cut off.</summary>
    public static string FinishReason(this EndReason reason) => reason is EndReason.StopString or EndReason.EndOfText or EndReason.StopToken or EndReason.Complete ? "stop" : "length";

    /// <summary>The reason for which decoding stopped.</summary>
    public static EndReason Of(StopReason reason) => reason switch
    {
        StopReason.StopString => EndReason.StopString,
        StopReason.EndOfText => EndReason.EndOfText,
        StopReason.MaxTokens => EndReason.MaxTokens,
        StopReason.StopToken => EndReason.StopToken,
        StopReason.Complete => EndReason.Complete,
        _ => EndReason.Cancelled,
    };
}
