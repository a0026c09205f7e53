using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Generation;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;
using NGpt.Runtime.Tests.Models;

namespace NGpt.Runtime.Tests.Generation;

/// <summary>Texts: greedy ones are those of the plain model, whatever the size of the pieces in which a prompt is read.</summary>
public sealed class TextGeneratorTests
{
    private static readonly SamplingOptions Greedy = new() { Temperature = 0, MaxTokens = 12 };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nGPT", 512)]
    [InlineData("nGPT", 4)]
    [InlineData("GPT", 512)]
    [InlineData("GPT", 7)]
    public void Greedy_text_is_that_of_the_plain_model(string variant, int batchTokens)
    {
        TestModel test = Variants.Model(variant);
        List<int> tokens = [.. test.Tokens(23)];
        string prompt = Text(test, tokens);
        ReferenceModel reference = new(test);
        for (int i = 0; i < Greedy.MaxTokens; i++)
        {
            double[] logits = reference.Forward([.. tokens]).Logits[^1];
            tokens.Add(Array.IndexOf(logits, logits.Max()));
        }

        using RuntimeModel model = test.Load();
        using TextGenerator generator = new(model, new ContextOptions { Threads = 2, BatchTokens = batchTokens, Slots = 3 });
        List<string> pieces = [];
        GenerationResult result = generator.Generate(prompt, Greedy, pieces.Add, Stop);
        Assert.Equal(Text(test, tokens[23..]), result.Text);
        Assert.Equal(result.Text, string.Concat(pieces));
        Assert.Equal((23, 12, StopReason.MaxTokens), (result.PromptTokens, result.GeneratedTokens, result.Reason));
        Assert.Equal(result.Text, string.Concat(generator.Stream(prompt, Greedy, Stop)));
    }

    [Fact]
    public void A_full_context_goes_on_with_its_newer_half()
    {
        TestModel test = Variants.Model("nGPT");
        using RuntimeModel model = test.Load();
        using TextGenerator generator = new(model, new ContextOptions { Threads = 1, ContextLength = 10 });
        string prompt = Text(test, test.Tokens(33));
        GenerationResult result = generator.Generate(prompt, Greedy with { MaxTokens = 40 }, stop: Stop);
        Assert.Equal(40, result.GeneratedTokens);
        // The first tokens follow from the newest five of the prompt alone.
        Assert.StartsWith(generator.Generate(prompt[^5..], Greedy with { MaxTokens = 4 }, stop: Stop).Text, result.Text);
    }

    [Theory]
    [MemberData(nameof(Variants.Both), MemberType = typeof(Variants))]
    public void Turns_of_a_conversation_are_those_of_new_generators(string variant)
    {
        TestModel test = Variants.Model(variant);
        using RuntimeModel model = test.Load();
        // The fourth turn and later ones are longer than the context.
        ContextOptions options = new() { Threads = 2, ContextLength = 70, BatchTokens = 11 };
        using TextGenerator generator = new(model, options);
        string text = string.Empty;
        for (int turn = 0; turn < 6; turn++)
        {
            text += Text(test, test.Tokens(9, turn));
            using TextGenerator fresh = new(model, options);
            string expected = fresh.Generate(text, Greedy, stop: Stop).Text;
            Assert.Equal(expected, generator.Generate(text, Greedy, stop: Stop).Text);
            text += expected;
        }
    }

    [Fact]
    public void A_stream_is_computed_as_it_is_read_and_can_be_stopped()
    {
        TestModel test = Variants.Model("GPT");
        using RuntimeModel model = test.Load();
        using TextGenerator generator = new(model, new ContextOptions { Threads = 1 });
        using CancellationTokenSource stop = new();
        int pieces = 0;
        foreach (string piece in generator.Stream(Text(test, [1, 2, 3]), new SamplingOptions { Seed = 4, MaxTokens = 50 }, stop.Token))
        {
            Assert.NotEmpty(piece);
            if (++pieces == 3)
            {
                stop.Cancel();
            }
        }

        Assert.Equal(3, pieces);
    }

    [Fact]
    public void What_the_vocabulary_lacks_is_a_usage_error()
    {
        using RuntimeModel model = Variants.Model("GPT").Load();
        using TextGenerator generator = new(model);
        Assert.Throws<UsageException>(() => generator.Generate("latin", Greedy, stop: Stop));
    }

    private static string Text(TestModel test, IEnumerable<int> tokens)
    {
        ITokenizer tokenizer = test.Tokenizer;
        return tokenizer.Decode([.. tokens]);
    }
}
