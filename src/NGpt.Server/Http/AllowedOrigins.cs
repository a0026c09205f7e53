using NGpt.Core.Errors;

namespace NGpt.Server.Http;

/// <summary>The web pages that may call the server: those of this machine, and the allowed ones.</summary>
internal sealed class AllowedOrigins
{
    private const string Any = "*";

    private readonly HashSet<string> _origins;
    private readonly bool _allowsAny;

    private AllowedOrigins(HashSet<string> origins, bool allowsAny) => (_origins, _allowsAny) = (origins, allowsAny);

    /// <summary>Reads origins as they are given to the server.</summary>
    /// <param name="origins">Each <c>SCHEME://HOST</c> or <c>SCHEME://HOST:PORT</c>, or <c>*</c> for all.</param>
    /// <exception cref="UsageException">One of them is no origin; the message has all problems.</exception>
    public static AllowedOrigins Parse(IReadOnlyList<string> origins)
    {
        string[] problems = [.. origins.Where(origin => origin != Any && Normalize(origin) is null).Select(origin => $"\"{origin}\" is not an origin")];
        return problems.Length == 0
            ? new AllowedOrigins([.. origins.Select(Normalize).OfType<string>()], origins.Contains(Any))
            : throw new UsageException(string.Join("; ", problems), "give SCHEME://HOST or SCHEME://HOST:PORT, for example https://example.org, or * for all pages");
    }

    /// <summary>Whether a page of an origin may call the server.</summary>
    public bool Allow(string origin) =>
        _allowsAny || (Normalize(origin) is string normalized && _origins.Contains(normalized)) || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? address) && HostNames.IsLocal(address.Host));

    // As browsers send it: in small letters, without a path and without the scheme's own port.
    private static string? Normalize(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? address) && address is { Host.Length: > 0, PathAndQuery: "/" or "", Fragment: "", UserInfo: "" } && origin.Contains("://", StringComparison.Ordinal)
            ? address.GetLeftPart(UriPartial.Authority)
            : null;
}
