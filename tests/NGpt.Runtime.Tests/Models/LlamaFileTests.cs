using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Quantization;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Generation;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;

namespace NGpt.Runtime.Tests.Models;

/// <summary>GGUF files that other programs wrote.</summary>
public sealed class LlamaFileTests : IDisposable
{
    private static readonly string[] Pieces = ["▁the", "▁t", "he", "▁", "t", "h", "e", "▁▁", "a", "é"];
    private static readonly string[] Merges = ["t h", "th e", "Ġ the", "1 2", "Ġ a"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<uint, bool, bool, bool> Kinds { get; } = new()
    {
        { 3, true, true, true },
        { 2, true, true, false },
        { 3, false, false, true },
        { 2, false, true, false },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_text_is_that_of_the_layout_in_float64(uint version, bool isFloat16, bool isTied, bool isSentencePiece)
    {
        (Dictionary<string, object> keys, string[] tokens) = isSentencePiece ? LlamaFile.SentencePieces(Pieces) : LlamaFile.BytePairs("llama-bpe", Merges, "<|begin|>", "<|end|>");
        LlamaFile file = new(keys, tokens.Length, isTied);
        using RuntimeModel model = Load(file, version, isFloat16);
        Assert.Equal(isFloat16 ? WeightType.F16 : WeightType.F32, model.WeightType);
        Assert.Equal(file.Tensors.Values.Sum(tensor => tensor.Values.Length), model.Config.ParameterCount);
        Assert.Equal(file.Tensors.Values.Where(tensor => tensor.Rows > 0).Sum(tensor => tensor.Values.Length) * (isFloat16 ? 2 : 4), model.WeightBytes);

        int[] prompt = model.Tokenizer.EncodePrompt("the");
        Assert.Equal(isSentencePiece ? ["<s>", "▁the"] : ["<|begin|>", "the"], prompt.Select(token => tokens[token]));
        int[] expected = file.Greedy(prompt, 12);
        using InferenceContext context = model.CreateContext(new ContextOptions { Threads = 1, CacheType = CacheType.F32 });
        context.Run([new SequenceStep(0, prompt)]);
        LogitChecks.Near(file.Logits(prompt), context.Logits(0), 1e-5);
        using TextGenerator generator = new(model, new ContextOptions { Threads = 1, CacheType = CacheType.F32 });
        string text = generator.Generate("the", new SamplingOptions { Temperature = 0, MaxTokens = 12, IgnoreEndOfText = true }, stop: TestContext.Current.CancellationToken).Text;
        Utf8StreamDecoder decoder = new();
        Assert.Equal(decoder.Append([.. expected.SelectMany(token => model.Tokenizer.TokenBytes(token).ToArray())]), text);
    }

    [Theory]
    [InlineData("the the", "<s> ▁the ▁the")]
    [InlineData(" the", "<s> ▁ ▁the")]
    [InlineData("ß1", "<s> ▁ <0xC3> <0x9F> <0x31>")]
    [InlineData("", "<s>")]
    public void SentencePieces_are_cut_by_their_scores(string text, string expected)
    {
        (Dictionary<string, object> keys, string[] tokens) = LlamaFile.SentencePieces(Pieces);
        using RuntimeModel model = Load(new LlamaFile(keys, tokens.Length));
        int[] found = model.Tokenizer.EncodePrompt(text);
        Assert.Equal(expected.Split(' '), found.Select(token => tokens[token]));
        Assert.Equal(text, model.Tokenizer.Decode(found));
    }

    [Fact]
    public void A_space_before_a_text_and_a_token_before_a_prompt_are_as_the_file_says()
    {
        (Dictionary<string, object> keys, string[] tokens) = LlamaFile.SentencePieces(Pieces);
        (keys["add_space_prefix"], keys["add_bos_token"]) = (false, false);
        using RuntimeModel model = Load(new LlamaFile(keys, tokens.Length));
        Assert.Equal(["t", "he"], model.Tokenizer.EncodePrompt("the").Select(token => tokens[token]));
        Assert.False(model.Tokenizer.AddsLeadingSpace);
    }

    [Theory]
    [InlineData("gpt-2", false, "the Ġthe 12 3 Ċ")]
    [InlineData("llama-bpe", true, "<|begin|> the Ġthe 12 3 Ċ")]
    [InlineData("smollm", false, "the Ġthe 1 2 3 Ċ")]
    [InlineData("qwen2", false, "the Ġthe 1 2 3 Ċ")]
    public void Bytes_are_merged_inside_the_pieces_of_the_named_split(string split, bool begins, string expected)
    {
        (Dictionary<string, object> keys, string[] tokens) = LlamaFile.BytePairs(split, Merges, "<|begin|>", "<|end|>");
        using RuntimeModel model = Load(new LlamaFile(keys, tokens.Length));
        int[] found = model.Tokenizer.EncodePrompt("the the123\n");
        Assert.Equal(expected.Split(' '), found.Select(token => tokens[token]));
        Assert.Equal(begins, model.Tokenizer.BeginsPrompts);
        Assert.Equal(tokens[begins ? ^2 : ^1], tokens[model.Tokenizer.EndOfText!.Value]);
    }

    [Fact]
    public void Control_tokens_are_no_text_and_those_of_users_are()
    {
        (Dictionary<string, object> keys, string[] tokens) = LlamaFile.BytePairs("gpt-2", Merges, "<|begin|>", "<user>", "<|pad|>", "<|eot_id|>", "<|end|>");
        int[] types = (int[])keys["token_type"];
        int user = Array.IndexOf(tokens, "<user>");
        (types[user], types[user + 1]) = (4, 5);
        using RuntimeModel model = Load(new LlamaFile(keys, tokens.Length));
        int[] found = model.Tokenizer.EncodePrompt("a<user>a<|eot_id|>");
        Assert.Equal(["a", "<user>", "a", "<"], found.Take(4).Select(token => tokens[token]));
        Assert.Equal("a<user>a<|eot_id|>", model.Tokenizer.Decode(found));
        Assert.Equal(["<|eot_id|>", "<|end|>"], tokens.Where((_, id) => model.Tokenizer.EndsText(id)));
        Assert.All((string[])["<|begin|>", "<|pad|>", "<|eot_id|>"], name => Assert.True(model.Tokenizer.TokenBytes(Array.IndexOf(tokens, name)).IsEmpty));
    }

    [Fact]
    public void A_text_ends_with_any_token_that_ends_a_turn()
    {
        (Dictionary<string, object> keys, string[] tokens) = LlamaFile.SentencePieces(Pieces);
        LlamaFile file = new(keys, tokens.Length);
        int[] expected = file.Greedy([1], 8);
        int last = expected.First(token => token != expected[0]);
        file.Metadata["tokenizer.ggml.eot_token_id"] = (uint)last;
        using RuntimeModel model = Load(file, isFloat16: false);
        using TextGenerator generator = new(model, new ContextOptions { Threads = 1 });
        GenerationResult result = generator.Generate("", new SamplingOptions { Temperature = 0, MaxTokens = 8 }, stop: TestContext.Current.CancellationToken);
        Assert.Equal((StopReason.EndOfText, Array.IndexOf(expected, last) + 1), (result.Reason, result.GeneratedTokens));
    }

    public static TheoryData<string, object?, string> Damages { get; } = new()
    {
        { "tokenizer.ggml.model", null, "expected metadata 'tokenizer.ggml.model'" },
        { "tokenizer.ggml.model", "bert", "tokenizer.ggml.model is 'bert'; gpt2 and llama are read" },
        { "tokenizer.ggml.model", 3u, "expected a text" },
        { "tokenizer.ggml.tokens", null, "expected metadata 'tokenizer.ggml.tokens'" },
        { "tokenizer.ggml.tokens", "abc", "expected an array of Text" },
        { "tokenizer.ggml.tokens", Array.Empty<string>(), "vocabulary size must be between" },
        { "tokenizer.ggml.token_type", null, "expected metadata 'tokenizer.ggml.token_type'" },
        { "tokenizer.ggml.token_type", new[] { 1, 2 }, "tokenizer.ggml.token_type has 2 entries for 269 tokens" },
        { "tokenizer.ggml.token_type", Enumerable.Repeat(1, 269).ToArray(), "no piece of the SentencePiece model stands for unknown text" },
        { "tokenizer.ggml.token_type", Enumerable.Repeat(7, 269).ToArray(), "token 0 has the type 7; 1 to 6 are read" },
        { "tokenizer.ggml.token_type", Enumerable.Repeat(-1, 269).ToArray(), "token 0 has the type -1; 1 to 6 are read" },
        { "tokenizer.ggml.scores", null, "expected metadata 'tokenizer.ggml.scores'" },
        { "tokenizer.ggml.scores", new[] { 1f }, "tokenizer.ggml.scores has 1 entries for 269 tokens" },
        { "tokenizer.ggml.scores", Enumerable.Repeat(float.NaN, 269).ToArray(), "the score of the piece 0 is not finite" },
        { "tokenizer.ggml.bos_token_id", 269u, "tokenizer.ggml.bos_token_id is 269; the vocabulary has 269 tokens" },
        { "tokenizer.ggml.eos_token_id", -1, "tokenizer.ggml.eos_token_id is -1; the vocabulary has 269 tokens" },
        { "tokenizer.ggml.eot_token_id", "x", "expected an integer" },
        { "tokenizer.ggml.add_bos_token", 1u, "tokenizer.ggml.add_bos_token is U32 1; expected a truth value" },
        { "tokenizer.ggml.add_eos_token", true, "tokenizer.ggml.add_eos_token is true" },
        { "tokenizer.ggml.precompiled_charsmap", "x", "tokenizer.ggml.precompiled_charsmap is not supported" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void What_makes_no_vocabulary_is_refused(string key, object? value, string problem)
    {
        (Dictionary<string, object> keys, string[] tokens) = LlamaFile.SentencePieces(Pieces);
        LlamaFile file = new(keys, tokens.Length);
        Set(file, key, value);
        Assert.Contains(problem, Refused(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer.ggml.pre", null, "tokenizer.ggml.pre, which names the pre-tokenizer, is missing")]
    [InlineData("tokenizer.ggml.pre", "tekken", "tokenizer.ggml.pre is 'tekken'; expected one of gpt-2, ")]
    [InlineData("tokenizer.ggml.merges", null, "expected metadata 'tokenizer.ggml.merges'")]
    [InlineData("tokenizer.ggml.merges", "a b", "expected an array of Text")]
    [InlineData("tokenizer.ggml.bos_token_id", null, "tokenizer.ggml.add_bos_token is true and tokenizer.ggml.bos_token_id is missing")]
    public void What_makes_no_byte_level_vocabulary_is_refused(string key, string? value, string problem)
    {
        (Dictionary<string, object> keys, string[] tokens) = LlamaFile.BytePairs("llama-bpe", Merges, "<|begin|>", "<|end|>");
        LlamaFile file = new(keys, tokens.Length);
        Set(file, key, value);
        Assert.Contains(problem, Refused(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_that_are_there_twice_and_merges_of_none_are_refused()
    {
        (Dictionary<string, object> keys, string[] tokens) = LlamaFile.BytePairs("gpt-2", Merges, "<|begin|>", "<|end|>");
        ((string[])keys["merges"])[1] = "th nothing";
        Assert.Contains("the merge 1 names a token that is not in the vocabulary", Refused(new LlamaFile(keys, tokens.Length)), StringComparison.Ordinal);
        (keys, tokens) = LlamaFile.BytePairs("gpt-2", ["t h", "th e"], "<|begin|>", "<|end|>");
        tokens[256] = tokens[257];
        Assert.Contains("is given twice", Refused(new LlamaFile(keys, tokens.Length)), StringComparison.Ordinal);
        (keys, tokens) = LlamaFile.SentencePieces("▁a", "b", "▁a");
        Assert.Contains("is there twice", Refused(new LlamaFile(keys, tokens.Length)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_version_of_the_format_is_refused_by_its_number()
    {
        (Dictionary<string, object> keys, string[] tokens) = LlamaFile.SentencePieces(Pieces);
        LlamaFile file = new(keys, tokens.Length);
        Assert.Contains("has the version 1; versions 2 and 3 are read", Refused(file, version: 1), StringComparison.Ordinal);
        Assert.Contains("is big-endian", Refused(file, version: 0x0200_0000), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rope_freqs.weight", "rope_freqs.weight: scaled positions are not supported")]
    [InlineData("blk.0.ffn_gate_exps.weight", "blk.0.ffn_gate_exps.weight: mixtures of experts are not supported")]
    [InlineData("blk.1.attn_k.bias", "blk.1.attn_k.bias: biases are not supported")]
    [InlineData("blk.1.attn_q_norm.weight", "blk.1.attn_q_norm.weight is unknown")]
    public void What_the_model_has_besides_is_named(string tensor, string problem)
    {
        (Dictionary<string, object> keys, string[] tokens) = LlamaFile.SentencePieces(Pieces);
        LlamaFile file = new(keys, tokens.Length);
        file.Tensors[tensor] = (0, 4, new float[4]);
        Assert.Contains(problem, Refused(file), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static void Set(LlamaFile file, string key, object? value)
    {
        file.Metadata.Remove(key);
        if (value is not null)
        {
            file.Metadata[key] = value;
        }
    }

    private string Refused(LlamaFile file, uint version = 3)
    {
        FileFormatException failure = Assert.Throws<FileFormatException>(() => Load(file, version));
        Assert.DoesNotContain('\n', failure.Message);
        return failure.Message;
    }

    private RuntimeModel Load(LlamaFile file, uint version = 3, bool isFloat16 = true)
    {
        string path = _folder.File("small.gguf");
        File.WriteAllBytes(path, file.ToBytes(version, isFloat16));
        return RuntimeModel.Load(path);
    }
}
