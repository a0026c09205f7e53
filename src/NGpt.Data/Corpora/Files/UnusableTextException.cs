namespace NGpt.Data.Corpora.Files;

/// <summary>A text cannot be used. Whether that is an error or an entry is for the reader of the file to decide.</summary>
/// <param name="problem">What is wrong, with the place.</param>
/// <param name="remedy">What to do about it, where that is not plain from the problem.</param>
internal sealed class UnusableTextException(string problem, string remedy = "") : Exception(problem)
{
    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;
}
