namespace NGpt.Data.Fetch;

/// <summary>A file that lies on the disk now.</summary>
/// <param name="Path">Where.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Sha256">The SHA-256 of its content.</param>
/// <param name="IsVerified">Whether the hash was compared with one known before; otherwise it is known from now on.</param>
/// <param name="WasThere">Whether it was there already.</param>
public sealed record FetchedFile(string Path, long Bytes, string Sha256, bool IsVerified, bool WasThere);
