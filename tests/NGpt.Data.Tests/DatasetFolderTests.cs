using System.Buffers.Binary;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Preparation;

namespace NGpt.Data.Tests;

/// <summary>Token files that came from elsewhere, and tokenizers that do not belong to the tokens.</summary>
public sealed class DatasetFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Raw_token_files_of_nanoGPT_are_opened_with_a_tokenizer_beside_them()
    {
        WriteRaw("train.bin", "first text");
        WriteRaw("val.bin", "é!");
        Assert.True(DatasetFolder.Holds(_folder.Path));
        UsageException refused = Assert.Throws<UsageException>(() => DatasetFolder.Open(_folder.Path));
        Assert.Contains("--tokenizer", refused.Remedy, StringComparison.Ordinal);
        TokenizerFile.Save(new ByteTokenizer(), _folder.File("tokenizer.json"));
        using Dataset dataset = DatasetFolder.Open(_folder.Path);
        int[] tokens = new int[dataset.Train.Count];
        dataset.Train.Read(0, tokens);
        Assert.Equal("first text", dataset.Tokenizer.Decode(tokens));
        Assert.Equal((10, 10), (dataset.Summary.Train.Tokens, dataset.Summary.Train.Bytes));
        Assert.Equal(3, dataset.Summary.Validation.Bytes);
    }

    [Fact]
    public void A_tokenizer_elsewhere_can_be_named_and_tells_fingerprints_apart()
    {
        WriteRaw("train.bin", "aab");
        WriteRaw("val.bin", "ab");
        using var other = new TemporaryFolder();
        TokenizerFile.Save(new ByteTokenizer(), other.File("tokenizer.json"));
        using Dataset first = DatasetFolder.Open(_folder.Path, other.File("tokenizer.json"));
        using Dataset again = DatasetFolder.Open(_folder.Path, other.File("tokenizer.json"));
        Assert.Equal(first.Fingerprint, again.Fingerprint);
        WriteRaw("train.bin", "aac");
        using Dataset changed = DatasetFolder.Open(_folder.Path, other.File("tokenizer.json"));
        Assert.NotEqual(first.Fingerprint, changed.Fingerprint);
    }

    [Fact]
    public void Token_files_of_bytes_need_no_tokenizer_file()
    {
        WriteRaw("train.bin", "aab");
        WriteRaw("val.bin", "ab");
        using Dataset dataset = DatasetFolder.Open(_folder.Path, "bytes");
        Assert.Equal(("bytes", 256, 3L), (dataset.Tokenizer.Name, dataset.Tokenizer.VocabularySize, dataset.Train.Count));
        Assert.Contains("--tokenizer bytes", Assert.Throws<UsageException>(() => DatasetFolder.Open(_folder.Path)).Remedy, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => DatasetFolder.Open(_folder.Path, "characters"));
    }

    [Fact]
    public void Shards_of_llm_c_are_read_in_their_order()
    {
        foreach ((string name, string text) in new[] { ("my_train_000002.bin", "third"), ("my_train_000000.bin", "first "), ("my_train_000001.bin", "second "), ("my_val_000000.bin", "held") })
        {
            using Core.Data.TokenFileWriter writer = Core.Data.TokenFileWriter.Create(_folder.File(name), 256);
            writer.Write(new ByteTokenizer().Encode(text));
            writer.Complete();
        }

        TokenizerFile.Save(new ByteTokenizer(), _folder.File("tokenizer.json"));
        using Dataset dataset = DatasetFolder.Open(_folder.Path);
        int[] tokens = new int[dataset.Train.Count];
        dataset.Train.Read(0, tokens);
        Assert.Equal("first second third", dataset.Tokenizer.Decode(tokens));
    }

    [Theory]
    [InlineData(256, 3, "documents are found by token 256")]
    [InlineData(97, 1, "each split counts as one document")]
    [InlineData(257, 3, null)]
    public void Documents_of_token_files_are_found_by_their_leading_token_where_no_end_of_text_occurs(int leading, int documents, string? warning)
    {
        BytePairTokenizer tokenizer = new(
            [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })], [], SplitPattern.Gpt4, [new AddedToken(256, "<s>"), new AddedToken(257, "</s>")]);
        Assert.Equal(257, tokenizer.EndOfText);
        TokenizerFile.Save(tokenizer, _folder.File("tokenizer.json"));
        foreach (string name in (string[])["train", "val"])
        {
            using Core.Data.TokenFileWriter writer = Core.Data.TokenFileWriter.Create(_folder.File($"fineweb_{name}_000000.bin"), 258);
            writer.Write([leading, 98, 99, leading, 100, leading, 101]);
            writer.Complete();
        }

        List<string> warnings = [];
        using Dataset dataset = DatasetFolder.Open(_folder.Path, onWarning: warnings.Add);
        Assert.Equal((documents, documents), (dataset.Summary.Train.Documents, dataset.Summary.Validation.Documents));
        Assert.Equal(leading == 256 ? 256 : null, dataset.Train.DocumentStart);
        Assert.Equal(dataset.Train.DocumentStart, dataset.Validation.DocumentStart);
        Assert.Equal(warning is null ? 0 : 1, warnings.Count);
        Assert.Contains(warning ?? "", warnings.SingleOrDefault() ?? "", StringComparison.Ordinal);
        Assert.Equal(documents == 3 ? ["bc", "d", "e"] : ["abcadae"], DocumentSample.Of(dataset).Select(document => document.Beginning).Take(documents));
    }

    [Fact]
    public void A_token_outside_the_vocabulary_is_refused()
    {
        WriteRaw("val.bin", "x");
        File.WriteAllBytes(_folder.File("train.bin"), [1, 0, 0xFF, 0xFF]);
        TokenizerFile.Save(new ByteTokenizer(), _folder.File("tokenizer.json"));
        Assert.Contains("65,535", Assert.Throws<FileFormatException>(() => DatasetFolder.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_tokenizer_than_that_of_the_tokens_is_refused_with_both_named()
    {
        Prepare().Dispose();
        string other = _folder.File("other.json");
        TokenizerFile.Save(new ByteTokenizer(), other);
        UsageException refused = Assert.Throws<UsageException>(() => DatasetFolder.Open(_folder.File("data"), other));
        Assert.Contains(other, refused.Message, StringComparison.Ordinal);
        Assert.Contains("256", refused.Message, StringComparison.Ordinal);
        Assert.Contains("257", refused.Message, StringComparison.Ordinal);
        using Dataset same = DatasetFolder.Open(_folder.File("data"), _folder.File("data", "tokenizer.json"));
    }

    [Fact]
    public void A_tokenizer_that_was_exchanged_beside_the_tokens_is_noticed()
    {
        Prepare().Dispose();
        TokenizerFile.Save(new ByteTokenizer(), _folder.File("data", "tokenizer.json"));
        Assert.Contains("tokenizer", Assert.Throws<FileFormatException>(() => DatasetFolder.Open(_folder.File("data"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_says_what_is_missing() =>
        Assert.Contains("ngpt data prepare", Assert.Throws<UsageException>(() => DatasetFolder.Open(_folder.Path)).Remedy, StringComparison.Ordinal);

    [Theory]
    [InlineData("train.bin", true)]
    [InlineData("train_000001.bin", true)]
    [InlineData("fineweb_train_000001.bin", true)]
    [InlineData("constrain.bin", false)]
    [InlineData("train.bin.part", false)]
    [InlineData("training.bin", false)]
    public void Names_of_token_files_are_recognised(string name, bool holds)
    {
        File.WriteAllBytes(_folder.File(name), [0, 0]);
        Assert.Equal(holds, DatasetFolder.Holds(_folder.Path));
    }

    private Dataset Prepare() => DatasetPreparer.PrepareInto(
        new DatasetRequest { Corpus = MemoryCorpus.Of("one document", "and another one"), Tokenizer = TokenizerChoice.Bytes },
        _folder.File("data"),
        cancellationToken: TestContext.Current.CancellationToken);

    private void WriteRaw(string name, string text)
    {
        byte[] utf8 = System.Text.Encoding.UTF8.GetBytes(text);
        byte[] bytes = new byte[2 * utf8.Length];
        for (int i = 0; i < utf8.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), utf8[i]);
        }

        File.WriteAllBytes(_folder.File(name), bytes);
    }
}
