using System.Security.Cryptography;

namespace NGpt.Core.Checkpoints;

/// <summary>What a file must be for a checkpoint to be whole.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal.</param>
public sealed record FileDigest(long Bytes, string Sha256)
{
    /// <summary>Measures a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its length and hash.</returns>
    public static FileDigest Of(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return new FileDigest(stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}
