using System.Text.Json.Nodes;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Tokenizers;

public sealed class TokenizerFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("tokenizer.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bytes_are_saved_under_their_GPT2_names_and_loaded()
    {
        TokenizerFile.Save(new ByteTokenizer(), Path);
        JsonNode json = Read();
        Assert.Equal("ByteLevel", (string?)json["pre_tokenizer"]!["type"]);
        Assert.False((bool)json["pre_tokenizer"]!["use_regex"]!);
        JsonObject vocabulary = json["model"]!["vocab"]!.AsObject();
        Assert.Equal(256, vocabulary.Count);
        Assert.Equal(32, (int)vocabulary["Ġ"]!);
        Assert.Equal(10, (int)vocabulary["Ċ"]!);
        Assert.Equal(65, (int)vocabulary["A"]!);
        Assert.Equal(0xAD, (int)vocabulary["Ń"]!);
        Assert.IsType<ByteTokenizer>(TokenizerFile.Load(Path));
    }

    [Fact]
    public void Characters_survive_the_round_trip()
    {
        const string Text = "\t\n \"\\/<é\u2028\uFFFD🙂{";
        var saved = new CharacterTokenizer(Text.EnumerateRunes());
        TokenizerFile.Save(saved, Path);
        Assert.Equal("Fuse", (string?)Read()["decoder"]!["type"]);
        ITokenizer loaded = TokenizerFile.Load(Path);
        Assert.IsType<CharacterTokenizer>(loaded);
        Assert.Equal(saved.Encode(Text), loaded.Encode(Text));
        Assert.Equal(Text, loaded.Decode(loaded.Encode(Text)));
        Assert.Equal(["tokenizer.json"], Directory.GetFileSystemEntries(_folder.Path).Select(System.IO.Path.GetFileName));
    }

    public static TheoryData<string, Action<JsonNode>> Foreign => new()
    {
        { "the merge 0 names a token that is not in the vocabulary", json => json["model"]!["merges"] = new JsonArray("a b") },
        { "\"WordPiece\"", json => json["model"]!["type"] = "WordPiece" },
        { "no \"model\"", json => json.AsObject().Remove("model") },
        { "no \"vocab\"", json => json["model"]!.AsObject().Remove("vocab") },
        { "a normalizer \"Precompiled\"", json => json["normalizer"] = new JsonObject { ["type"] = "Precompiled" } },
        { "has no \"content\"", json => json["added_tokens"] = new JsonArray(new JsonObject()) },
        { "\"added_tokens\" of characters", json => json["added_tokens"] = new JsonArray(new JsonObject { ["id"] = 3, ["content"] = "<s>", ["special"] = true }) },
        { "\"unk_token\"", json => json["model"]!["unk_token"] = "?" },
        { "\"byte_fallback\"", json => json["model"]!["byte_fallback"] = true },
        { "a pre-tokenizer \"UnicodeScripts\"", json => json["pre_tokenizer"] = new JsonObject { ["type"] = "UnicodeScripts" } },
        { "a decoder \"CTC\"", json => json["decoder"] = new JsonObject { ["type"] = "CTC" } },
        { "not an integer", json => json["model"]!["vocab"]!["a"] = "0" },
        { "not an integer", json => json["model"]!["vocab"]!["a"] = 99_999_999_999 },
        { "no token has the id 2", json => json["model"]!["vocab"]!["c"] = 3 },
        { "outside 0..", json => json["model"]!["vocab"]!["a"] = -1 },
        { "given twice", json => json["model"]!["vocab"]!["b"] = 0 },
        { "not one character", json => Rename(json, "c", "cc") },
        { "not one character", json => Rename(json, "c", string.Empty) },
        { "out of order", json => Rename(json, "c", "A") },
        { "is empty", json => json["model"]!["vocab"] = new JsonObject() },
    };

    [Theory]
    [MemberData(nameof(Foreign), DisableDiscoveryEnumeration = true)]
    public void Foreign_tokenizers_are_refused(string expected, Action<JsonNode> change)
    {
        TokenizerFile.Save(new CharacterTokenizer("abc".EnumerateRunes()), Path);
        JsonNode json = Read();
        change(json);
        File.WriteAllText(Path, json.ToJsonString());
        FileFormatException error = Assert.Throws<FileFormatException>(() => TokenizerFile.Load(Path));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Remedy);
    }

    [Fact]
    public void Byte_vocabularies_with_other_ids_or_settings_are_byte_pairs_without_merges()
    {
        foreach (Action<JsonNode> change in new Action<JsonNode>[]
        {
            json => (json["model"]!["vocab"]!["A"], json["model"]!["vocab"]!["B"]) = (66, 65),
            json => json["model"]!["vocab"]!["AB"] = 256,
            json => json["pre_tokenizer"]!["use_regex"] = true,
            json => json["pre_tokenizer"]!.AsObject().Remove("use_regex"),
        })
        {
            TokenizerFile.Save(new ByteTokenizer(), Path);
            JsonNode json = Read();
            change(json);
            File.WriteAllText(Path, json.ToJsonString());
            Assert.IsType<BytePairTokenizer>(TokenizerFile.Load(Path));
        }
    }

    [Fact]
    public void The_end_of_text_token_of_bytes_and_characters_is_an_added_token()
    {
        foreach (ITokenizer saved in new ITokenizer[] { new ByteTokenizer(hasEndOfText: true), new CharacterTokenizer("abc".EnumerateRunes(), hasEndOfText: true) })
        {
            TokenizerFile.Save(saved, Path);
            JsonNode added = Read()["added_tokens"]![0]!;
            Assert.Equal("<|endoftext|>", (string?)added["content"]);
            Assert.True((bool)added["special"]!);
            ITokenizer loaded = TokenizerFile.Load(Path);
            Assert.Equal((saved.GetType(), saved.VocabularySize, saved.EndOfText), (loaded.GetType(), loaded.VocabularySize, loaded.EndOfText));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"model\":{\"type\":\"BPE\",\"merges\":[],\"vocab\":{\"a\":0,\"a\":1}},\"decoder\":{\"type\":\"Fuse\"}}")]
    [InlineData("{\"model\":{\"type\":\"BPE\",\"merges\":[],\"vocab\":{\"\\ud800\":0}},\"decoder\":{\"type\":\"Fuse\"}}")]
    [InlineData("{\"model\":5}")]
    public void Damaged_files_are_refused(string content)
    {
        File.WriteAllText(Path, content);
        Assert.Throws<FileFormatException>(() => TokenizerFile.Load(Path));
    }

    [Fact]
    public void Missing_and_huge_files_are_refused()
    {
        Assert.Throws<FileFormatException>(() => TokenizerFile.Load(Path));
        using (FileStream stream = File.Create(Path))
        {
            stream.SetLength(100_000_001);
        }

        Assert.Contains("100,000,001", Assert.Throws<FileFormatException>(() => TokenizerFile.Load(Path)).Message, StringComparison.Ordinal);
    }

    private static void Rename(JsonNode json, string from, string to)
    {
        JsonObject vocabulary = json["model"]!["vocab"]!.AsObject();
        int id = (int)vocabulary[from]!;
        vocabulary.Remove(from);
        vocabulary[to] = id;
    }

    private JsonNode Read() => JsonNode.Parse(File.ReadAllText(Path))!;
}
