namespace NGpt.Server.Scheduling;

/// <summary>Why a text that the server had accepted ended. Every accepted text ends with one of these.</summary>
public enum EndReason
{
    /// <summary>A stop string appeared.</summary>
    StopString,

    /// <summary>The model ended the document.</summary>
    EndOfText,

    /// <summary>The number of tokens asked for was reached.</summary>
    MaxTokens,

    /// <summary>The context has no room for another token.</summary>
    ContextFull,

    /// <summary>The time that a request may take was over.</summary>
    Deadline,

    /// <summary>The client went away.</summary>
    Cancelled,

    /// <summary>The client did not read what was written for it.</summary>
    SlowReader,

    /// <summary>The server was shut down.</summary>
    Shutdown,

    /// <summary>The model failed.</summary>
    Error,
}
