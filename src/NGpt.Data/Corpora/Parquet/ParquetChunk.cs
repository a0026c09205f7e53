namespace NGpt.Data.Corpora.Parquet;

/// <summary>The values of the column of texts in one row group.</summary>
/// <param name="Codec">The number of the compression.</param>
/// <param name="Values">Values, null ones included.</param>
/// <param name="UncompressedSize">Bytes when decompressed.</param>
/// <param name="CompressedSize">Bytes in the file.</param>
/// <param name="DataOffset">Where the first page of values begins.</param>
/// <param name="DictionaryOffset">Where the dictionary begins; 0 where there is none.</param>
internal readonly record struct ParquetChunk(long Codec, long Values, long UncompressedSize, long CompressedSize, long DataOffset, long DictionaryOffset)
{
    /// <summary>Where its first byte is.</summary>
    public long Start => DictionaryOffset > 0 && DictionaryOffset < DataOffset ? DictionaryOffset : DataOffset;
}
