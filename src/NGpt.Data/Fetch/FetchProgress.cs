namespace NGpt.Data.Fetch;

/// <summary>How far a download is.</summary>
/// <param name="File">The name of the file.</param>
/// <param name="Bytes">Bytes of it that are on the disk.</param>
/// <param name="Total">Its bytes, where that is known.</param>
/// <param name="BytesPerSecond">The rate of the last seconds; 0 where nothing was received yet.</param>
/// <param name="Note">Something that a person should know, such as another attempt; or null.</param>
public sealed record FetchProgress(string File, long Bytes, long? Total, double BytesPerSecond, string? Note = null)
{
    /// <summary>The time that is left at this rate, or null where it is not known.</summary>
    public TimeSpan? Left => Total is { } total && BytesPerSecond > 0 ? TimeSpan.FromSeconds(Math.Min(1e9, (total - Bytes) / BytesPerSecond)) : null;
}
