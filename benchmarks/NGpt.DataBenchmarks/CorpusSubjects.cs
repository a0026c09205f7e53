using System.IO.Compression;
using System.Text;
using System.Text.Json;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;
using Parquet;
using Parquet.Schema;

namespace NGpt.DataBenchmarks;

/// <summary>Reading the same documents from files of each format, and preparing them as a whole. Disposing it removes the files.</summary>
internal sealed class CorpusSubjects : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ngpt-data-benchmark-");
    private readonly long _bytes;
    private readonly string _tokenizer;
    private readonly Dictionary<string, string> _files;
    private int _prepared;

    /// <summary>Writes the files and checks that each is read as the documents.</summary>
    /// <exception cref="InvalidOperationException">A format gives other text.</exception>
    public CorpusSubjects(IReadOnlyList<byte[]> documents, BytePairTokenizer tokenizer)
    {
        _bytes = documents.Sum(document => (long)document.Length);
        string[] texts = [.. documents.Select(Encoding.UTF8.GetString)];
        byte[] text = [.. documents.SelectMany(document => document)];
        byte[] lines = Encoding.UTF8.GetBytes(string.Concat(texts.Select(document => $"{{\"text\":{JsonSerializer.Serialize(document)}}}\n")));
        _files = new Dictionary<string, string>
        {
            ["text"] = Write("a.txt", text),
            ["JSON lines"] = Write("a.jsonl", lines),
            ["JSON lines, gzip"] = Write("a.jsonl.gz", Gzip(lines)),
            ["JSON lines, Zstandard"] = Write("a.jsonl.zst", new ZstdSharp.Compressor(3).Wrap(lines).ToArray()),
            ["Parquet, Snappy"] = Write("a.parquet", Parquet(texts)),
        };
        _tokenizer = Path.Combine(_folder.FullName, "tokenizer.json");
        TokenizerFile.Save(tokenizer, _tokenizer);
        foreach ((string format, string path) in _files)
        {
            if (Read(path) != _bytes)
            {
                throw new InvalidOperationException($"{format} gives other text.");
            }
        }
    }

    /// <summary>The subjects.</summary>
    public IEnumerable<Subject> All() =>
    [
        .. _files.Select(file => new Subject($"read {file.Key}", _bytes, () => Read(file.Value))),
        new Subject("data prepare of JSON lines, all threads", _bytes, Prepare),
    ];

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    private static long Read(string path)
    {
        using FileCorpus corpus = new([path]);
        return corpus.Read(default, CancellationToken.None).Sum(entry => (long)(entry.Document?.Utf8.Length ?? 0));
    }

    private void Prepare()
    {
        string folder = Path.Combine(_folder.FullName, $"{_prepared++}");
        using FileCorpus corpus = new([_files["JSON lines"]]);
        DatasetPreparer.PrepareInto(new DatasetRequest { Corpus = corpus, Tokenizer = TokenizerChoice.Parse(_tokenizer) }, folder).Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private static byte[] Gzip(byte[] content)
    {
        MemoryStream result = new();
        using (GZipStream gzip = new(result, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return result.ToArray();
    }

    private static byte[] Parquet(IReadOnlyList<string> texts)
    {
        DataField<string> field = new("text", nullable: false);
        MemoryStream result = new();
        ParquetWriter writer = ParquetWriter.CreateAsync(new ParquetSchema(field), result).GetAwaiter().GetResult();
        foreach (string[] rows in texts.Chunk(1_000))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            group.WriteAsync(field, (IReadOnlyList<string>)rows).GetAwaiter().GetResult();
        }

        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return result.ToArray();
    }
}
