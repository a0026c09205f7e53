namespace NGpt.Data.Fetch;

/// <summary>A file that can be downloaded.</summary>
/// <param name="Name">Its name on the disk.</param>
/// <param name="Address">Where it lies.</param>
/// <param name="ApproximateBytes">About how large it is; exactly where the checksum is known.</param>
/// <param name="Sha256">The SHA-256 of its content in lower-case hexadecimal; null where it is not known for certain.</param>
public sealed record CorpusFile(string Name, Uri Address, long ApproximateBytes, string? Sha256 = null);
