using System.Text;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Generation;

public sealed class GenerationStateTests
{
    private const int EndOfText = 256;

    private static readonly ByteTokenizer Bytes = new(hasEndOfText: true);

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "é")]
    [InlineData(3, "é")]
    [InlineData(4, "é")]
    [InlineData(5, "é€")]
    public void A_character_that_the_limit_cuts_is_left_out(int maxTokens, string expected)
    {
        GenerationState state = Begin(maxTokens);
        Assert.Equal(expected, Feed(state, "é€"));
        Assert.Equal((StopReason.MaxTokens, maxTokens, maxTokens), (state.Ended, state.GeneratedTokens, state.ReturnedTokens));
    }

    [Fact]
    public void A_character_that_the_caller_cuts_is_left_out()
    {
        GenerationState state = Begin(maxTokens: 9);
        Assert.Equal("a", Next(state, 'a') + Next(state, 0xE2));
        Assert.Equal(string.Empty, state.End(StopReason.Cancelled));
    }

    [Fact]
    public void A_character_that_the_model_did_not_complete_is_replaced()
    {
        GenerationState state = Begin(maxTokens: 9);
        Assert.Equal("a\uFFFDb\uFFFD", Next(state, 'a') + Next(state, 0xE2) + Next(state, 'b') + Next(state, 0xE2) + Next(state, EndOfText));
        Assert.Equal(StopReason.EndOfText, state.Ended);
    }

    [Fact]
    public void Tokens_are_returned_with_the_text_that_they_begin()
    {
        GenerationState state = Begin(maxTokens: 20, "é.b");
        List<int> returned = [];
        StringBuilder text = new();
        foreach (byte value in Encoding.UTF8.GetBytes("aé.é.b"))
        {
            text.Append(Next(state, value));
            returned.Add(state.ReturnedTokens);
        }

        // "é" waits for its second byte, and "é." for what follows; then only the stop string is held back.
        Assert.Equal(("aé.", StopReason.StopString), (text.ToString(), state.Ended));
        Assert.Equal([1, 1, 1, 1, 1, 4, 4, 4], returned);
    }

    private static GenerationState Begin(int maxTokens, params StopStrings stops) =>
        new(Bytes, new SamplingOptions { Temperature = 0, MaxTokens = maxTokens, StopStrings = stops }, Bytes.VocabularySize, [0]);

    private static string Feed(GenerationState state, string text)
    {
        StringBuilder returned = new();
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            returned.Append(state.Ended is null ? Next(state, value) : string.Empty);
        }

        return returned.ToString();
    }

    private static string Next(GenerationState state, int token)
    {
        float[] logits = new float[Bytes.VocabularySize];
        logits[token] = 1;
        return state.Next(logits);
    }
}
