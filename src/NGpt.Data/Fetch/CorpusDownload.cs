namespace NGpt.Data.Fetch;

/// <summary>A public corpus, or files that belong to one, that can be downloaded by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">What it is: one line.</param>
/// <param name="License">Under which terms it is published; for the person, not advice.</param>
/// <param name="Files">Its files.</param>
public sealed record CorpusDownload(string Name, string Description, string License, IReadOnlyList<CorpusFile> Files)
{
    /// <summary>About how many bytes its files have.</summary>
    public long ApproximateBytes => Files.Sum(file => file.ApproximateBytes);
}
