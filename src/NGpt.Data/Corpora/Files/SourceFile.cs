using NGpt.Core.Errors;

namespace NGpt.Data.Corpora.Files;

/// <summary>One source of a corpus: a file, or something that was found in its place and cannot be read.</summary>
/// <param name="Name">The name inside the corpus.</param>
/// <param name="Path">The full path.</param>
internal sealed record SourceFile(string Name, string Path)
{
    /// <summary>The file in messages to people.</summary>
    public string Label { get; init; } = Path;

    /// <summary>How documents lie in it; never <see cref="CorpusFormat.Auto"/>.</summary>
    public CorpusFormat Format { get; init; }

    /// <summary>How it is compressed.</summary>
    public FileCompression Compression { get; init; }

    /// <summary>True where it was asked for by name: then it is an error if it cannot be used, and not just left out.</summary>
    public bool IsNamed { get; init; }

    /// <summary>Its bytes on the disk.</summary>
    public long Length { get; init; }

    /// <summary>Why it cannot be read, where that is known without opening it.</summary>
    public string? Problem { get; init; }

    /// <summary>Leaves the file out: an entry that says so, or an error where it was asked for by name.</summary>
    /// <param name="problem">What is wrong with it.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <exception cref="FileFormatException">The file was asked for by name.</exception>
    public SourceEntry Refuse(string problem, string remedy) => IsNamed
        ? throw new FileFormatException(Label, problem, remedy)
        : new SourceEntry { Rejected = new RejectedDocument(Name, problem), EndsSource = true, SourceBytesRead = Length };
}
