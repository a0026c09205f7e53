namespace NGpt.Data.Corpora;

/// <summary>A place between two entries of a corpus. The default value is the beginning.</summary>
/// <param name="Source">Sources (files) that lie behind it as a whole.</param>
/// <param name="Entry">Entries of the next source that lie behind it; lines of a file of lines, whether or not they gave an entry.</param>
public readonly record struct CorpusPosition(int Source, long Entry);
