using System.Buffers;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Tokenizers;

/// <summary>
/// Small models of spm_train, with the ids of spm_encode and the texts of spm_decode 0.1.97. benchmarks/NGpt.SentencePieceConformance
/// writes them (--record), and compares more models and lines where SentencePiece is installed.
/// </summary>
public sealed class SentencePieceCaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. Directory.EnumerateFiles(Folder(), "*.jsonl").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Ids_and_texts_are_those_of_SentencePiece(string name)
    {
        SentencePieceTokenizer tokenizer = Load(name);
        string[] lines = File.ReadAllLines(Path.Combine(Folder(), name + ".jsonl"));
        Assert.True(lines.Length >= 100);
        foreach (string line in lines)
        {
            using JsonDocument parsed = JsonDocument.Parse(line);
            int[] expected = [.. parsed.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            var tokens = new ArrayBufferWriter<int>();
            // Twice: the second time, words come from the cache.
            tokenizer.EncodeWithUnknown(parsed.RootElement.GetProperty("text").GetBytesFromBase64(), tokens);
            tokenizer.EncodeWithUnknown(parsed.RootElement.GetProperty("text").GetBytesFromBase64(), tokens);
            Assert.Equal([.. expected, .. expected], tokens.WrittenSpan.ToArray());
            var text = new ArrayBufferWriter<byte>();
            tokenizer.Decode(expected, text);
            Assert.Equal(parsed.RootElement.GetProperty("decoded").GetBytesFromBase64(), text.WrittenSpan.ToArray());
        }
    }

    [Fact]
    public void A_recorded_model_survives_our_own_file()
    {
        SentencePieceTokenizer tokenizer = Load("unigram-nmt-nfkc");
        string path = _folder.File("tokenizer.json");
        TokenizerFile.Save(tokenizer, path);
        Assert.Equal(tokenizer.Encode("Ｆｕｌｌ  width"), TokenizerFile.Load(path).Encode("Full width"));
    }

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "SentencePieceCases");

    private SentencePieceTokenizer Load(string name)
    {
        using var stream = new BrotliStream(File.OpenRead(Path.Combine(Folder(), name + ".model.br")), CompressionMode.Decompress);
        using var model = new MemoryStream();
        stream.CopyTo(model);
        return (SentencePieceTokenizer)TokenizerFile.Load(_folder.Write("tokenizer.model", model.ToArray()));
    }
}
