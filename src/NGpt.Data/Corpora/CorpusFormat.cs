namespace NGpt.Data.Corpora;

/// <summary>How documents lie in a file.</summary>
public enum CorpusFormat
{
    /// <summary>By the file's name: <c>.jsonl</c> and <c>.ndjson</c>, <c>.parquet</c>, everything else is text; each also with <c>.gz</c> or <c>.zst</c> behind it.</summary>
    Auto,

    /// <summary>A file is a document.</summary>
    Text,

    /// <summary>A line is a JSON object with the document in one of its fields.</summary>
    JsonLines,

    /// <summary>A row of a Parquet file is a document, in a column of strings.</summary>
    Parquet,
}
