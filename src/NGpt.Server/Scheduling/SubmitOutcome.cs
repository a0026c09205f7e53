namespace NGpt.Server.Scheduling;

/// <summary>What became of a request for texts.</summary>
internal enum SubmitOutcome
{
    /// <summary>It is accepted: every text will end with a reason.</summary>
    Accepted,

    /// <summary>The queue has no room for it.</summary>
    Full,

    /// <summary>The server is shutting down.</summary>
    Closed,
}
