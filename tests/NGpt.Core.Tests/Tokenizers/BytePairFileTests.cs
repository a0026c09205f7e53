using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Fuzz.Targets;

namespace NGpt.Core.Tests.Tokenizers;

public sealed class BytePairFileTests : IDisposable
{
    private static readonly BytePairTokenizer Gpt2 = SampleText.Trained(SplitPattern.Gpt2, 400);

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("tokenizer.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Byte_pairs_survive_the_round_trip_with_every_pattern()
    {
        foreach (SplitPattern pattern in new[] { SplitPattern.Gpt2, SplitPattern.Gpt4, SplitPattern.Qwen2, SplitPattern.None, SplitPattern.OfExpression(@"\w+|\W") })
        {
            BytePairTokenizer saved = SampleText.Trained(pattern, 400);
            TokenizerFile.Save(saved, Path);
            byte[] file = File.ReadAllBytes(Path);
            AssertSame(saved, TokenizerFile.Load(Path));
            TokenizerFile.Save(TokenizerFile.Load(Path), Path);
            Assert.Equal(file, File.ReadAllBytes(Path));
        }
    }

    [Fact]
    public void The_file_has_the_fields_that_other_programs_read()
    {
        TokenizerFile.Save(Gpt2, Path);
        JsonNode json = Read();
        Assert.Equal("1.0", (string?)json["version"]);
        Assert.True((bool)json["pre_tokenizer"]!["use_regex"]!);
        Assert.False((bool)json["pre_tokenizer"]!["add_prefix_space"]!);
        Assert.Equal("ByteLevel", (string?)json["decoder"]!["type"]);
        Assert.Equal("BPE", (string?)json["model"]!["type"]);
        Assert.Equal(399, json["model"]!["vocab"]!.AsObject().Count);
        Assert.Equal(Gpt2.Merges.Count, json["model"]!["merges"]!.AsArray().Count);
        Assert.Equal(2, ((string)json["model"]!["merges"]![0]!).Split(' ').Length);
        JsonNode expected = JsonNode.Parse("""{"id":399,"content":"<|endoftext|>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}""")!;
        Assert.True(JsonNode.DeepEquals(expected, Assert.Single(json["added_tokens"]!.AsArray())));
        TokenizerFile.Save(SampleText.Trained(SplitPattern.Gpt4, 400), Path);
        JsonNode split = Read()["pre_tokenizer"]!["pretokenizers"]![0]!;
        Assert.Equal((SplitPattern.Gpt4.Expression, "Isolated", false), ((string)split["pattern"]!["Regex"]!, (string)split["behavior"]!, (bool)split["invert"]!));
    }

    [Fact]
    public void Other_ways_to_write_the_same_are_read()
    {
        foreach (Action<JsonNode> change in new Action<JsonNode>[]
        {
            json => json["model"]!["merges"] = new JsonArray([.. json["model"]!["merges"]!.AsArray().Select(merge => new JsonArray([.. ((string)merge!).Split(' ').Select(name => JsonValue.Create(name))]))]),
            json => json["model"]!.AsObject().Remove("type"),
            json => json["model"]!["vocab"]!["<|endoftext|>"] = 399,
            json => json["model"]!["unk_token"] = "<|endoftext|>",
            json => json["pre_tokenizer"]!.AsObject().Remove("use_regex"),
            json => json["pre_tokenizer"] = new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(json["pre_tokenizer"]!.DeepClone()) },
            json => json["pre_tokenizer"] = Split("Isolated", false),
            json => json["pre_tokenizer"] = Split("Removed", true),
            json => json["post_processor"] = new JsonObject { ["type"] = "ByteLevel", ["trim_offsets"] = false },
            json => json["post_processor"] = new JsonObject { ["type"] = "Sequence", ["processors"] = new JsonArray(new JsonObject { ["type"] = "TemplateProcessing" }) },
        })
        {
            Change(change);
            AssertSame(Gpt2, TokenizerFile.Load(Path));
        }
    }

    public static TheoryData<string, Action<JsonNode>> Foreign => new()
    {
        { "a normalizer \"Precompiled\"", json => json["normalizer"] = new JsonObject { ["type"] = "Sequence", ["normalizers"] = new JsonArray(new JsonObject { ["type"] = "Precompiled" }) } },
        { "a normalizer \"BertNormalizer\"", json => json["normalizer"] = new JsonObject { ["type"] = "BertNormalizer" } },
        { "\"prepend\" of \"Prepend\"", json => json["normalizer"] = new JsonObject { ["type"] = "Prepend", ["prepend"] = new string('x', 65) } },
        { "more than 100 steps", json => json["normalizer"] = new JsonObject { ["type"] = "Sequence", ["normalizers"] = new JsonArray([.. Enumerable.Range(0, 101).Select(_ => new JsonObject { ["type"] = "NFC" })]) } },
        { "\"WordLevel\"", json => json["model"]!["type"] = "WordLevel" },
        { "\"Unigram\"", json => json["model"]!["type"] = "Unigram" },
        { "\"dropout\"", json => json["model"]!["dropout"] = 0.1 },
        { "\"Other\"", json => json["post_processor"] = new JsonObject { ["type"] = "Other" } },
        { "decoder \"WordPiece\"", json => json["decoder"]!["type"] = "WordPiece" },
        { "\"add_prefix_space\"", json => json["pre_tokenizer"]!["add_prefix_space"] = "x" },
        { "cannot be used", json => json["pre_tokenizer"] = Split("Isolated", false, "(") },
        { "neither a \"String\" nor a \"Regex\"", json => json["pre_tokenizer"] = Split("Isolated", false, null) },
        { "\"merges\" is not a list", json => json["model"]!["merges"] = new JsonObject() },
        { "merge 0 is not two names", json => json["model"]!["merges"]![0] = "a" },
        { "merge 0 is not two names", json => json["model"]!["merges"]![0] = "a b c" },
        { "neither a string nor two", json => json["model"]!["merges"]![0] = new JsonArray("a", "b", "c") },
        { "neither a string nor two", json => json["model"]!["merges"]![0] = 5 },
        { "not in the vocabulary", json => json["model"]!["merges"]![0] = "Q Q" },
        { "given twice", json => json["model"]!["merges"]!.AsArray().Add((string)json["model"]!["merges"]![0]!) },
        { "has the id 65", json => json["added_tokens"]![0]!["content"] = "A" },
        { "has no \"id\"", json => json["added_tokens"]![0]!["id"] = "x" },
        { "\"added_tokens\" is not a list", json => json["added_tokens"] = 5 },
        { "not an object", json => json["added_tokens"]![0] = 5 },
        { "the highest id is 1,999,999,999", json => json["added_tokens"]![0]!["id"] = 1_999_999_999 },
        { "\"behavior\" \"Joined\"", json => json["pre_tokenizer"] = Split("Joined", false) },
        { "\\k is not supported", json => json["pre_tokenizer"] = Split("Isolated", false, @"(?<a>.)\k<a>") },
        { "the Unicode property Klingon", json => json["pre_tokenizer"] = Split("Isolated", false, @"\p{Klingon}") },
        { "beyond U+FFFF", json => json["pre_tokenizer"] = Split("Isolated", false, "[😀]") },
        { "\"replacement\" of \"Metaspace\"", json => json["pre_tokenizer"] = new JsonObject { ["type"] = "Metaspace", ["replacement"] = "__" } },
        { "\"unk_token\" is not in the vocabulary", json => json["model"]!["unk_token"] = "<unk>" },
        { "\"byte_fallback\" with", json => { json["model"]!["byte_fallback"] = true; json["model"]!["end_of_word_suffix"] = "</w>"; } },
        { "outside", json => json["model"]!["vocab"]!["AAAA"] = 1_000_000 },
        { "not base64", json => json["sentencepiece_model"] = "?" },
        { "SentencePiece", json => json["sentencepiece_model"] = "CgUK" },
    };

    [Theory]
    [MemberData(nameof(Foreign), DisableDiscoveryEnumeration = true)]
    public void What_cannot_be_done_exactly_is_refused(string expected, Action<JsonNode> change)
    {
        Change(change);
        FileFormatException error = Assert.Throws<FileFormatException>(() => TokenizerFile.Load(Path));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Damaged_files_of_all_kinds_are_refused_or_read_but_nothing_else() => Gen.Select(Gen.Int[0, 3], Gen.Int[0, 1 << 20], Gen.Byte).Sample(
        (kind, place, value) =>
        {
            TokenizerFile.Save(Gpt2, Path);
            string path = kind switch
            {
                0 => Path,
                1 => _folder.Write("x.tiktoken", TokenizerPeers.Tiktoken(Gpt2)),
                2 => _folder.Write("x.model", SentencePieceModel.Sample()),
                _ => TokenizerPeers.WriteVocabularyAndMerges(Gpt2, _folder),
            };
            byte[] bytes = File.ReadAllBytes(path);
            bytes[place % bytes.Length] = value;
            File.WriteAllBytes(path, bytes);
            try
            {
                TokenizerFile.Load(path);
            }
            catch (FileFormatException)
            {
            }
        },
        iter: 400,
        threads: 1);

    [Fact]
    public void Ids_far_beyond_the_number_of_tokens_are_refused_before_tables_of_that_length_are_made()
    {
        // What the readers make once is not measured.
        TokenizerFile.Save(Gpt2, Path);
        TokenizerFile.Load(Path);
        TokenizerFile.Load(_folder.Write("once.tiktoken", TokenizerPeers.Tiktoken(Gpt2)));
        Change(json => json["model"]!["vocab"]!["AAAA"] = 999_999);
        Refused(Path, "the highest id is 999,999, but there are only 401 tokens");
        Change(json => json["added_tokens"]![0]!["id"] = 999_999);
        Refused(Path, "the highest id is 999,999, but there are only 400 tokens");
        Refused(_folder.Write("x.tiktoken", [.. TokenizerPeers.Tiktoken(Gpt2), .. "AAAA 999999\n"u8]), "999,600 ranks are missing below 1,000,000");

        static void Refused(string path, string message)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            FileFormatException error = Assert.Throws<FileFormatException>(() => TokenizerFile.Load(path));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3_000_000);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Tiktoken_files_become_byte_pairs_with_the_same_tokens()
    {
        ITokenizer loaded = TokenizerFile.Load(_folder.Write("r50k_base.tiktoken", TokenizerPeers.Tiktoken(Gpt2)));
        AssertSame(Gpt2, loaded);
        Assert.Same(SplitPattern.Gpt4, ((BytePairTokenizer)TokenizerFile.Load(_folder.Write("x.tiktoken", TokenizerPeers.Tiktoken(Gpt2)))).Pattern);
        TokenizerFile.Save(loaded, Path);
        AssertSame(Gpt2, TokenizerFile.Load(Path));
        // A model file in base64 is one of tiktoken's too.
        AssertSame(Gpt2, TokenizerFile.Load(_folder.Write("gpt2.model", TokenizerPeers.Tiktoken(Gpt2))));
    }

    [Fact]
    public void A_token_that_merging_never_makes_is_used_for_a_whole_piece()
    {
        string bytes = string.Concat(Enumerable.Range(0, 256).Select(value => $"{Convert.ToBase64String([(byte)value])} {value}\n"));
        string tokens = string.Concat(new[] { "bc", "ab", "abc", "xyz" }.Select((token, index) => $"{Convert.ToBase64String(Encoding.UTF8.GetBytes(token))} {256 + index}\n"));
        string path = _folder.Write("gpt2.tiktoken", bytes + tokens);
        BytePairTokenizer loaded = Assert.IsType<BytePairTokenizer>(TokenizerFile.Load(path));
        // "bc" ranks before "ab", so "abc" is made of "a" and "bc"; nothing makes "xyz".
        Assert.Equal([new('b', 'c', 256), new('a', 'b', 257), new('a', 256, 258)], loaded.Merges);
        Assert.Equal([259, ' ', 'x', 'y', 'z', 'z', ' ', 258, 'd'], loaded.Encode("xyz xyzz abcd").Select(id => id));
        TokenizerFile.Save(loaded, Path);
        AssertSame(loaded, TokenizerFile.Load(Path));
    }

    [Fact]
    public void A_missing_rank_is_that_of_end_of_text()
    {
        string[] lines = Encoding.UTF8.GetString(TokenizerPeers.Tiktoken(Gpt2)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string moved = string.Join('\n', lines[..^1].Append(lines[^1].Replace(" 398", " 399", StringComparison.Ordinal)));
        ITokenizer loaded = TokenizerFile.Load(_folder.Write("p50k_base.tiktoken", moved));
        Assert.Equal((400, 398), (loaded.VocabularySize, loaded.EndOfText));
        TokenizerFile.Save(loaded, Path);
        AssertSame(loaded, TokenizerFile.Load(Path));
        Assert.Equal(398, (int)Read()["model"]!["vocab"]!["<|endoftext|>"]!);
    }

    [Theory]
    [InlineData("IQ==", "line 1 is not base64 and a rank")]
    [InlineData("IQ== x", "line 1 has no rank")]
    [InlineData("IQ== -1", "line 1 has no rank")]
    [InlineData("IQ== 1000000", "line 1 has no rank")]
    [InlineData("I?== 0", "line 1 has no token")]
    [InlineData("IQ== 0\nIg== 0", "line 2: the rank 0 is given twice")]
    [InlineData("IQ== 0\nIQ== 1", "rank 1 is given twice")]
    [InlineData("IQ== 5\n", "5 ranks are missing")]
    [InlineData("IQ== 0\n", "no token stands for the byte 0x00")]
    [InlineData("\n", "holds no tokens")]
    [InlineData("", "the file is empty")]
    public void Wrong_tiktoken_files_are_refused(string content, string expected)
    {
        FileFormatException error = Assert.Throws<FileFormatException>(() => TokenizerFile.Load(_folder.Write("x.tiktoken", content)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vocabulary_and_merges_are_read_from_either_name_and_from_the_folder()
    {
        string path = TokenizerPeers.WriteVocabularyAndMerges(Gpt2, _folder);
        AssertSame(Gpt2, TokenizerFile.Load(path));
        AssertSame(Gpt2, TokenizerFile.Load(_folder.File("merges.txt")));
        AssertSame(Gpt2, TokenizerFile.Load(_folder.Path));
        File.WriteAllText(_folder.File("merges.txt"), "a b c\n");
        Assert.Contains("merges.txt: the merge 0", Assert.Throws<FileFormatException>(() => TokenizerFile.Load(path)).Message, StringComparison.Ordinal);
        File.Delete(_folder.File("merges.txt"));
        Assert.Contains("merges.txt: there is no", Assert.Throws<FileFormatException>(() => TokenizerFile.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_searched_for_its_tokenizer()
    {
        Assert.Contains("no tokenizer", Assert.Throws<FileFormatException>(() => TokenizerFile.Load(_folder.Path)).Message, StringComparison.Ordinal);
        _folder.Write("gpt2.tiktoken", TokenizerPeers.Tiktoken(Gpt2));
        AssertSame(Gpt2, TokenizerFile.Load(_folder.Path));
        _folder.Write("other.tiktoken", TokenizerPeers.Tiktoken(Gpt2));
        Assert.Contains("2 tiktoken", Assert.Throws<FileFormatException>(() => TokenizerFile.Load(_folder.Path)).Message, StringComparison.Ordinal);
        TokenizerFile.Save(new ByteTokenizer(), Path);
        Assert.IsType<ByteTokenizer>(TokenizerFile.Load(_folder.Path));
    }

    private static JsonObject Split(string behavior, bool invert, string? expression = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+") => new()
    {
        ["type"] = "Sequence",
        ["pretokenizers"] = new JsonArray(
            new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = expression }, ["behavior"] = behavior, ["invert"] = invert },
            new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = false }),
    };

    private static void AssertSame(ITokenizer expected, ITokenizer actual)
    {
        Assert.Equal((expected.VocabularySize, expected.EndOfText), (actual.VocabularySize, actual.EndOfText));
        Assert.All(Enumerable.Range(0, expected.VocabularySize), id => Assert.Equal(expected.TokenBytes(id), actual.TokenBytes(id)));
        string text = SampleText.Of(2000, seed: 9) + "<|endoftext|> 's\r\n";
        Assert.Equal(expected.Encode(text), actual.Encode(text));
    }

    private void Change(Action<JsonNode> change)
    {
        TokenizerFile.Save(Gpt2, Path);
        JsonNode json = Read();
        change(json);
        File.WriteAllText(Path, json.ToJsonString());
    }

    private JsonNode Read() => JsonNode.Parse(File.ReadAllText(Path))!;
}
