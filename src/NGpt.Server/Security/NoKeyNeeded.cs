namespace NGpt.Server.Security;

/// <summary>Marks endpoints that anybody may call: the state of the server, and the files of the page, which ask for the key themselves.</summary>
internal sealed class NoKeyNeeded
{
    private NoKeyNeeded()
    {
    }

    /// <summary>The mark.</summary>
    public static NoKeyNeeded Instance { get; } = new();
}
