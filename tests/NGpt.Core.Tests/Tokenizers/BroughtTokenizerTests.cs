using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NGpt.Core.Tokenizers;
using NGpt.Core.Tokenizers.Files;
using NGpt.Core.Tokenizers.Normalization;

namespace NGpt.Core.Tests.Tokenizers;

/// <summary>Tokenizer files as people bring them.</summary>
public sealed class BroughtTokenizerTests : IDisposable
{
    private static readonly BytePairTokenizer Gpt2 = SampleText.Trained(SplitPattern.Gpt2, 400);

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Truncation_and_padding_are_ignored_with_a_warning()
    {
        ITokenizer loaded = Load(Changed(json =>
        {
            json["truncation"] = new JsonObject { ["direction"] = "Right", ["max_length"] = 2, ["strategy"] = "LongestFirst", ["stride"] = 0 };
            json["padding"] = new JsonObject { ["strategy"] = "BatchLongest", ["pad_id"] = 0 };
        }));
        Assert.Equal(Gpt2.Encode("the other text"), loaded.Encode("the other text"));
        Assert.Collection(
            _warnings,
            warning => Assert.Contains("\"truncation\" is ignored", warning, StringComparison.Ordinal),
            warning => Assert.Contains("\"padding\" is ignored", warning, StringComparison.Ordinal));
    }

    [Fact]
    public void A_byte_order_mark_before_a_file_is_no_part_of_it()
    {
        byte[] json = Encoding.UTF8.GetBytes(Changed(_ => { }));
        _folder.Write("tokenizer.json", [0xEF, 0xBB, 0xBF, .. json]);
        Assert.Equal(Gpt2.Encode("the text"), TokenizerFile.Load(_folder.File("tokenizer.json")).Encode("the text"));
        string ranks = _folder.Write("r50k.tiktoken", [0xEF, 0xBB, 0xBF, .. TokenizerPeers.Tiktoken(Gpt2)]);
        Assert.Equal(Gpt2.Encode("the text"), TokenizerFile.Load(ranks).Encode("the text"));
    }

    [Fact]
    public void Ids_may_have_gaps_that_no_text_becomes()
    {
        ITokenizer loaded = Load(Changed(json => json["added_tokens"]![0]!["id"] = 402));
        Check(loaded);
        string path = _folder.File("saved.json");
        TokenizerFile.Save(loaded, path);
        Check(TokenizerFile.Load(path));

        static void Check(ITokenizer tokenizer)
        {
            Assert.Equal((403, 402), (tokenizer.VocabularySize, tokenizer.EndOfText));
            Assert.True(tokenizer.TokenBytes(400).IsEmpty);
            string text = SampleText.Of(2000, seed: 3);
            Assert.Equal(Gpt2.Encode(text), tokenizer.Encode(text));
        }
    }

    [Fact]
    public void A_byte_without_a_token_is_named_when_a_text_has_it()
    {
        ITokenizer loaded = Load(Changed(json =>
        {
            json["model"]!["vocab"]!.AsObject().Remove("Q");
        }));
        Assert.Equal(Gpt2.Encode("the text"), loaded.Encode("the text"));
        Assert.Contains("\"Q\"", Assert.Throws<NGpt.Core.Errors.UsageException>(() => loaded.Encode("the Q")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_does_not_become_a_control_token_unless_that_is_asked_for()
    {
        BytePairTokenizer loaded = Assert.IsType<BytePairTokenizer>(Load(Changed(json => json["model"]!["ignore_merges"] = true)));
        const string Text = "one<|endoftext|>";
        Assert.DoesNotContain(399, loaded.Encode(Text));
        ArrayBufferWriter<int> ids = new();
        loaded.Encode(Encoding.UTF8.GetBytes(Text), ids, recognizesSpecialTokens: true);
        Assert.Equal(399, ids.WrittenSpan[^1]);
        Assert.Equal("one", loaded.Decode(ids.WrittenSpan));
    }

    [Fact]
    public void A_text_in_two_calls_gets_nothing_put_before_the_second()
    {
        ITokenizer loaded = Load(Changed(json =>
        {
            json["normalizer"] = new JsonObject { ["type"] = "Prepend", ["prepend"] = " " };
            json["pre_tokenizer"]!["add_prefix_space"] = true;
        }));
        ArrayBufferWriter<int> ids = new();
        loaded.Encode("the "u8, ids);
        loaded.EncodeContinuation("end"u8, ids);
        Assert.Equal(Gpt2.Encode(" the ").Concat(Gpt2.Encode("end")), ids.WrittenSpan.ToArray());
    }

    [Fact]
    public void A_normalizer_that_makes_a_long_text_is_stopped()
    {
        JsonObject[] steps = [.. Enumerable.Range(0, 20).Select(_ => new JsonObject
        {
            ["type"] = "Replace",
            ["pattern"] = new JsonObject { ["String"] = "a" },
            ["content"] = new string('a', 64),
        })];
        ITokenizer loaded = Load(Changed(json => json["normalizer"] = new JsonObject { ["type"] = "Sequence", ["normalizers"] = new JsonArray(steps) }));
        Assert.Contains("32 times", Assert.Throws<NGpt.Core.Errors.NGptException>(() => loaded.Encode("a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_published_rank_file_is_recognized_by_its_content_with_pattern_and_control_tokens()
    {
        byte[] ranks = TokenizerPeers.Tiktoken(Gpt2);
        KnownRanks known = new("sample", 399, Convert.ToHexStringLower(SHA256.HashData(ranks)), SplitPattern.Qwen2, [new AddedToken(401, "<|endoftext|>"), new AddedToken(405, "<|im_end|>")])
        {
            Normalizer = new UnicodeForm(composes: true, isCompatible: false),
        };
        // Line ends are no content.
        byte[] windows = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(ranks).Replace("\n", "\r\n", StringComparison.Ordinal));
        foreach (byte[] file in new[] { ranks, windows })
        {
            BytePairTokenizer loaded = TiktokenReader.Read("any.tiktoken", file, [known], _warnings.Add);
            Assert.Equal((SplitPattern.Qwen2, 406, 401), (loaded.Pattern, loaded.VocabularySize, loaded.EndOfText));
            Assert.Equal(loaded.Encode("é12"), loaded.Encode("e\u030112"));
            TokenizerFile.Save(loaded, _folder.File("tokenizer.json"));
            ITokenizer saved = TokenizerFile.Load(_folder.File("tokenizer.json"));
            Assert.Equal((406, 401), (saved.VocabularySize, saved.EndOfText));
            Assert.Equal(loaded.Encode("é12 the"), saved.Encode("e\u030112 the"));
        }

        Assert.Empty(_warnings);
    }

    [Fact]
    public void Unknown_ranks_are_read_with_an_assumption_that_is_said()
    {
        TokenizerFile.Load(_folder.Write("x.tiktoken", TokenizerPeers.Tiktoken(Gpt2)), _warnings.Add);
        Assert.Contains("GPT-4's split pattern is assumed, and end-of-text is token 399", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Published_ranks_have_the_control_tokens_of_their_makers()
    {
        Dictionary<string, (int Size, int EndOfText)> expected = new()
        {
            ["r50k_base"] = (50257, 50256),
            ["p50k_base"] = (50281, 50256),
            ["cl100k_base"] = (100277, 100257),
            ["o200k_base"] = (200019, 199999),
            ["Llama 3"] = (128256, 128001),
            ["Qwen"] = (151851, 151643),
        };
        Assert.Equal(expected, KnownRanks.Published.ToDictionary(
            known => known.Name,
            known => (Math.Max(known.Count, known.ControlTokens.Max(token => token.Id)) + 1, BytePairTokenizer.EndOfTextNames.Select(name => known.ControlTokens.FirstOrDefault(token => token.Content == name)?.Id).First(id => id is not null)!.Value)));
        Assert.All(KnownRanks.Published, known => Assert.Equal(known.ControlTokens.Count, known.ControlTokens.Select(token => token.Id).Distinct().Count()));
    }

    [Fact]
    public void OpenAIs_names_of_GPT2s_files_are_read_too()
    {
        TokenizerPeers.WriteVocabularyAndMerges(Gpt2, _folder);
        File.Move(_folder.File("vocab.json"), _folder.File("encoder.json"));
        File.Move(_folder.File("merges.txt"), _folder.File("vocab.bpe"));
        foreach (string path in new[] { _folder.Path, _folder.File("encoder.json"), _folder.File("vocab.bpe") })
        {
            ITokenizer loaded = TokenizerFile.Load(path);
            Assert.Equal((400, 399), (loaded.VocabularySize, loaded.EndOfText));
            Assert.Equal(Gpt2.Encode("the text"), loaded.Encode("the text"));
        }
    }

    private ITokenizer Load(string json) => TokenizerFile.Load(_folder.Write("tokenizer.json", json), _warnings.Add);

    private string Changed(Action<JsonNode> change)
    {
        string path = _folder.File("plain.json");
        TokenizerFile.Save(Gpt2, path);
        JsonNode json = JsonNode.Parse(File.ReadAllText(path))!;
        change(json);
        return json.ToJsonString();
    }
}
