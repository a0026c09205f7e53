namespace NGpt.Data.Corpora.Parquet;

/// <summary>A column at the top of a Parquet file's schema.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, for people.</param>
/// <param name="IsText">Whether its values are strings, or bytes that can be.</param>
/// <param name="IsOptional">Whether values can be null.</param>
internal sealed record ParquetColumn(string Name, string Type, bool IsText, bool IsOptional);
