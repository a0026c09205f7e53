using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace NGpt.Server.Security;

/// <summary>The key that clients must send. Only its digest is kept, and compared in constant time.</summary>
internal sealed class ApiKey(string key)
{
    private const string Scheme = "Bearer ";

    private readonly byte[] _digest = SHA256.HashData(Encoding.UTF8.GetBytes(key.Trim()));

    /// <summary>Whether a request may pass.</summary>
    public bool Allows(HttpContext http)
    {
        string header = http.Request.Headers.Authorization.ToString();
        string sent = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : string.Empty;
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(sent)), _digest)
            || http.GetEndpoint()?.Metadata.GetMetadata<NoKeyNeeded>() is not null;
    }
}
