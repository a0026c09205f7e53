using System.Text;
using NGpt.Data.Tests;
using Parquet;

namespace NGpt.Fuzz.Targets;

/// <summary>Small valid corpora in every format.</summary>
internal static class CorpusSeeds
{
    private static readonly string[] Texts = ["The theory of the end.", "größe 日本語 😀", "line\r\nline\n", new string('x', 300), "the end"];

    private static readonly byte[] Text = Encoding.UTF8.GetBytes(string.Join("\n", Texts));

    /// <summary>JSON lines.</summary>
    public static IReadOnlyList<FuzzFile[]> JsonLines() =>
    [
        [new FuzzFile("a.jsonl", CorpusFiles.JsonLines(Texts))],
        [new FuzzFile("a.jsonl", CorpusFiles.JsonLines(["one"]))],
        [new FuzzFile("a.jsonl", "\uFEFF{\"text\":\"a\\ud83d\\ude00b\",\"x\":[{\"text\":1}]}\r\n\r\n{\"id\":1,\"text\":\"\\\"quoted\\\"\"}\n{\"text\":null}"u8.ToArray())],
    ];

    /// <summary>Parquet files with several row groups, null values, and every compression that is common.</summary>
    public static IReadOnlyList<FuzzFile[]> Parquet() =>
    [
        [new FuzzFile("a.parquet", CorpusFiles.Parquet([.. Texts, null, "again"], rowGroup: 3))],
        [new FuzzFile("a.parquet", CorpusFiles.Parquet(Texts, isNullable: false, compression: CompressionMethod.None))],
        [new FuzzFile("a.parquet", CorpusFiles.Parquet([.. Texts, .. Texts], compression: CompressionMethod.Gzip))],
        [new FuzzFile("a.parquet", CorpusFiles.Parquet(Texts, compression: CompressionMethod.Zstd))],
        [new FuzzFile("a.parquet", CorpusFiles.Parquet(Texts, compression: CompressionMethod.LZ4))],
        [new FuzzFile("a.parquet", CorpusFiles.ParquetBytes([.. Texts.Select(Encoding.UTF8.GetBytes)]))],
    ];

    /// <summary>Texts, JSON lines and Parquet files compressed with gzip.</summary>
    public static IReadOnlyList<FuzzFile[]> Gzip() => Compressed(".gz", CorpusFiles.Gzip);

    /// <summary>The same compressed with Zstandard.</summary>
    public static IReadOnlyList<FuzzFile[]> Zstandard() => Compressed(".zst", CorpusFiles.Zstandard);

    private static FuzzFile[][] Compressed(string extension, Func<byte[], byte[]> compress) =>
    [
        [new FuzzFile("a.txt" + extension, compress(Text))],
        // Several members are one file.
        [new FuzzFile("a.txt" + extension, [.. compress(Text), .. compress([.. Text, .. Text])])],
        [new FuzzFile("a.jsonl" + extension, compress(CorpusFiles.JsonLines(Texts)))],
        [new FuzzFile("a.parquet" + extension, compress(CorpusFiles.Parquet(Texts)))],
    ];
}
