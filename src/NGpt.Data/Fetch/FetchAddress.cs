using NGpt.Core.Errors;

namespace NGpt.Data.Fetch;

/// <summary>Which addresses are asked.</summary>
/// <param name="options">What is allowed.</param>
internal sealed class FetchAddress(FetchOptions options)
{
    /// <summary>The address to ask for a file.</summary>
    /// <param name="address">Its address in the catalog.</param>
    /// <exception cref="UsageException">The address is not allowed.</exception>
    public Uri Of(Uri address)
    {
        Uri asked = options.BaseAddress is { } root ? new Uri(root.AbsoluteUri.TrimEnd('/') + address.PathAndQuery) : address;
        return Problem(asked) is string problem
            ? throw new UsageException($"{asked.GetLeftPart(UriPartial.Authority)}: {problem}", "give an https:// address, or --allow-http where nobody on the way can change the data")
            : asked;
    }

    /// <summary>The address that a server leads to.</summary>
    /// <param name="from">The address that was asked.</param>
    /// <param name="location">What it answered.</param>
    /// <exception cref="NGptException">The address is not allowed.</exception>
    public Uri Redirect(Uri from, Uri? location)
    {
        Uri to = location is null ? throw new NGptException($"{from.Host} leads on to nowhere", "try again later, or another address: --from URL") : new Uri(from, location);

        // A foreign server must not lead to a service of this machine.
        bool leadsInside = to.IsLoopback && !from.IsLoopback;
        return leadsInside || Problem(to) is not null
            ? throw new NGptException($"{from.Host} leads on to {to.GetLeftPart(UriPartial.Authority)}, which is not asked", "try another address: --from URL")
            : to;
    }

    private string? Problem(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (address.IsLoopback || options.AllowHttp)) ? null
        : address.Scheme == Uri.UriSchemeHttp ? "plain http is not asked"
        : $"{address.Scheme} is not understood";
}
