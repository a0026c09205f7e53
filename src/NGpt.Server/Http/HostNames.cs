using System.Net;

namespace NGpt.Server.Http;

/// <summary>Names of this machine.</summary>
internal static class HostNames
{
    /// <summary>Whether a name always means this machine.</summary>
    public static bool IsLocal(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
