using System.Text;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;
using NGpt.Torch.Generation;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Generation;

public sealed class TextGeneratorTests : IDisposable
{
    private static readonly SamplingOptions Plain = new() { Seed = 11, MaxTokens = 40, Temperature = 1, TopK = 0, TopP = 1, MinP = 0 };

    private readonly LanguageModel _model;
    private readonly CharacterTokenizer _tokenizer = new("abcdefghijklmnopqrstuvwxyzäß€😀 .\n".EnumerateRunes());
    private readonly TextGenerator _generator;

    public TextGeneratorTests()
    {
        _model = LanguageModel.Create(new ModelConfig
        {
            Architecture = Architecture.NGpt,
            VocabularySize = _tokenizer.VocabularySize,
            LayerCount = 2,
            HeadCount = 3,
            EmbeddingWidth = 18,
            MlpWidth = 31,
            ContextLength = 17,
            Scales = NGptScales.Published(18) with { Logit = new ScaleSetting(9, 1) },
        });
        ModelInitializer.Initialize(_model, seed: 4);
        _generator = new TextGenerator(_model, _tokenizer);
    }

    public static TheoryData<string, Func<SamplingOptions, SamplingOptions>> Settings { get; } = new()
    {
        { "temperature", options => options with { Temperature = 0.3 } },
        { "greedy", options => options with { Temperature = 0 } },
        { "top-k", options => options with { TopK = 2 } },
        { "top-p", options => options with { TopP = 0.3 } },
        { "min-p", options => options with { MinP = 0.5 } },
        { "repeat penalty", options => options with { RepeatPenalty = 3 } },
        { "repeat last n", options => options with { RepeatPenalty = 3, RepeatLastN = 3 } },
        { "presence penalty", options => options with { PresencePenalty = 5 } },
        { "frequency penalty", options => options with { FrequencyPenalty = 5 } },
        { "seed", options => options with { Seed = 12 } },
        { "max tokens", options => options with { MaxTokens = 39 } },
    };

    public void Dispose()
    {
        _generator.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void The_same_seed_gives_the_same_text_and_is_reported()
    {
        GenerationResult first = Generate("abc", Plain);
        GenerationResult again = Generate("abc", Plain);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal(11UL, first.Seed);
        GenerationResult random = Generate("abc", Plain with { Seed = -1 });
        Assert.Equal(random.Text, Generate("abc", Plain with { Seed = (long)random.Seed }).Text);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_setting_changes_the_text(string name, Func<SamplingOptions, SamplingOptions> change)
    {
        string before = Generate("abc", Plain).Text;
        Assert.True(before != Generate("abc", change(Plain)).Text, name);
    }

    [Fact]
    public void Pieces_are_whole_characters_and_add_up_to_the_text()
    {
        List<string> pieces = [];
        GenerationResult result = Generate("a", Plain with { MaxTokens = 200 }, pieces.Add);
        Assert.Equal(result.Text, string.Concat(pieces));
        Assert.Contains(result.Text, "ä€😀".Contains);
        Assert.All(pieces, piece => Assert.Equal(piece, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(piece))));
        Assert.Equal((1, 200, StopReason.MaxTokens), (result.PromptTokens, result.GeneratedTokens, result.Reason));
    }

    [Fact]
    public void Greedy_text_is_the_likeliest_token_of_the_uncached_model_each_time()
    {
        string text = "the cat ";
        // 8 tokens of the prompt and 9 more fill the context exactly.
        for (int i = 0; i < 9; i++)
        {
            text += _tokenizer.Decode([Likeliest(text)]);
        }

        Assert.Equal(text, "the cat " + Generate("the cat ", Plain with { Temperature = 0, MaxTokens = 9 }).Text);
    }

    [Fact]
    public void A_full_context_continues_from_its_newer_half()
    {
        SamplingOptions greedy = new() { Temperature = 0, MaxTokens = 10 };
        string prompt = "the cat sat ";
        string whole = prompt + Generate(prompt, greedy).Text;
        // 12 + 5 tokens fill the 17 places. The sixth token sees the last 17 / 2 = 8 of them.
        string seen = whole[..17];
        Assert.Equal(_tokenizer.Decode([Likeliest(seen[..17])]), whole[17..18]);
        Assert.Equal(_tokenizer.Decode([Likeliest(whole[10..18])]), whole[18..19]);
    }

    [Fact]
    public void A_prompt_longer_than_the_context_is_cut_at_its_beginning()
    {
        SamplingOptions one = new() { Temperature = 0, MaxTokens = 1 };
        string end = "xyz.abcd";
        Assert.Equal(Generate(end, one).Text, Generate("this beginning is forgotten " + end, one).Text);
    }

    [Fact]
    public void A_stop_string_ends_the_text_before_it()
    {
        string text = Generate("abc", Plain).Text;
        string stop = text.Substring(7, 2);
        GenerationResult result = Generate("abc", Plain with { StopStrings = [stop] });
        Assert.Equal(StopReason.StopString, result.Reason);
        Assert.Equal(text[..text.IndexOf(stop, StringComparison.Ordinal)], result.Text);
    }

    [Fact]
    public void Stopping_is_reported()
    {
        using CancellationTokenSource stop = new();
        int pieces = 0;
        GenerationResult result = _generator.Generate("abc", Plain, _ =>
        {
            if (++pieces == 5)
            {
                stop.Cancel();
            }
        }, stop.Token);
        Assert.Equal((StopReason.Cancelled, 5), (result.Reason, result.GeneratedTokens));
    }

    [Fact]
    public void Wrong_options_and_unknown_characters_are_rejected()
    {
        Assert.Contains("Temperature", Assert.Throws<UsageException>(() => Generate("a", Plain with { Temperature = -1 })).Message);
        Assert.Contains("Z", Assert.Throws<UsageException>(() => Generate("aZ", Plain)).Message);
    }

    [Fact]
    public void An_empty_prompt_begins_a_document() =>
        Assert.Equal(Generate("\n\n", Plain).Text, Generate(string.Empty, Plain).Text);

    private GenerationResult Generate(string prompt, SamplingOptions options, Action<string>? onText = null) =>
        _generator.Generate(prompt, options, onText, TestContext.Current.CancellationToken);

    private int Likeliest(string text)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        long[] tokens = [.. _tokenizer.Encode(text).Select(token => (long)token)];
        return (int)_model.forward(tensor(tokens, [1, tokens.Length]))[0, tokens.Length - 1].argmax().item<long>();
    }
}
