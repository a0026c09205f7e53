using System.Net;
using Microsoft.AspNetCore.Http;

namespace NGpt.Server.Security;

/// <summary>
/// Which names this machine may be called by. A page from outside can point a name of its own at 127.0.0.1 and would then
/// count as the server's own page; the name in the request's Host header gives it away. Where the server listens on the
/// network, its names are the network's affair, and nothing is checked.
/// </summary>
internal sealed class HostNames(string listensOn, IReadOnlyList<string> alsoAllowed)
{
    private readonly bool _checks = IsLocal(listensOn);

    /// <summary>Whether a request calls the server by one of its names.</summary>
    public bool Allows(HttpContext http) =>
        !_checks || IsLocal(http.Request.Host.Host) || alsoAllowed.Contains(http.Request.Host.Host, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a web page may call the server: pages of this machine may, and those that were named.</summary>
    public static bool AllowsOrigin(string origin, IReadOnlyList<string> named) =>
        named.Contains(origin, StringComparer.OrdinalIgnoreCase) || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? address) && IsLocal(address.Host));

    /// <summary>Whether a name always means this machine.</summary>
    public static bool IsLocal(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
