namespace NGpt.Data.Corpora.Parquet;

/// <summary>A group of rows of a Parquet file.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Chunk">The texts of the rows; null where the group does not have the column, or the file does not say where.</param>
internal readonly record struct ParquetRowGroup(long Rows, ParquetChunk? Chunk);
