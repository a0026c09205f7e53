using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Core.Sampling.Constraints;

namespace NGpt.Core.Tests.Sampling.Constraints;

public sealed class TokenConstraintsTests
{
    private const int EndOfText = 256;

    private static readonly SamplingOptions Open = new() { Temperature = 1, TopK = 0, TopP = 1, MinP = 0, Seed = 7, MaxTokens = 60 };

    [Fact]
    public void A_bias_is_added_to_the_logits()
    {
        TokenConstraints constraints = new() { LogitBias = new Dictionary<int, float> { ['a'] = -100, ['b'] = 100 } };
        Assert.Equal(new string('b', 60), Write(constraints, Open));
        constraints = new() { LogitBias = new Dictionary<int, float> { ['a'] = -100 } };
        string text = Write(constraints, Open, favoured: 'a');
        Assert.DoesNotContain('a', text);

        // 1.5 for a against 1 for b + 0.6: a bias, not a choice.
        constraints = new() { LogitBias = new Dictionary<int, float> { ['b'] = 0.6f } };
        Assert.Equal('b', Write(constraints, Open with { Temperature = 0 }, favoured: 'a', level: 0.5f)[0]);
        constraints = new() { LogitBias = new Dictionary<int, float> { ['b'] = 0.4f } };
        Assert.Equal('a', Write(constraints, Open with { Temperature = 0 }, favoured: 'a', level: 0.5f)[0]);
    }

    [Fact]
    public void Nothing_ends_a_text_before_the_minimum()
    {
        GenerationState state = Begin(new TokenConstraints { MinTokens = 5, StopTokens = ['s'] }, Open with { Temperature = 0, StopStrings = ["xx"] });
        List<string> text = [];
        foreach (int token in (int[])['x', 'x', 's', EndOfText, 'x', 'x'])
        {
            text.Add(Next(state, token, second: '-'));
        }

        // The stop string lies in the text of the first five tokens; from there on one more is looked for.
        Assert.Equal("xx--x", string.Concat(text));
        Assert.Null(state.Ended);
        Assert.Equal(string.Empty, Next(state, 'x', second: '-'));
        Assert.Equal(StopReason.StopString, state.Ended);

        state = Begin(new TokenConstraints { MinTokens = 1 }, Open with { Temperature = 0 });
        _ = Next(state, EndOfText, second: '-');
        Assert.Null(state.Ended);
        _ = Next(state, EndOfText, second: '-');
        Assert.Equal(StopReason.EndOfText, state.Ended);
    }

    [Fact]
    public void A_stop_token_ends_the_text_before_its_own()
    {
        GenerationState state = Begin(new TokenConstraints { StopTokens = ['s'] }, Open with { Temperature = 0, StopStrings = ["az"] });
        Assert.Equal("a", Next(state, 'a') + Next(state, 's'));
        Assert.Equal((StopReason.StopToken, 2, 1), (state.Ended, state.GeneratedTokens, state.ReturnedTokens));
    }

    [Fact]
    public void A_stop_token_ends_a_JSON_text_only_where_it_is_complete()
    {
        TokenConstraints constraints = new() { StopTokens = ['}', '1'], Json = new JsonConstraint(ConstrainedTexts.Compile("""{"type":"integer"}"""), ConstrainedTexts.Bytes) };
        GenerationState state = Begin(constraints, Open with { Temperature = 0 });
        Assert.Equal("2", Next(state, '1', second: '2'));
        Assert.Null(state.Ended);
        Assert.Equal(string.Empty, Next(state, '1'));
        Assert.Equal(StopReason.StopToken, state.Ended);
    }

    [Fact]
    public void A_minimum_keeps_a_JSON_text_going_while_it_can()
    {
        TokenConstraints constraints = new() { MinTokens = 4, Json = new JsonConstraint(ConstrainedTexts.Compile("""{"enum":[1,12,123]}"""), ConstrainedTexts.Bytes) };
        GenerationState state = Begin(constraints, Open with { Temperature = 0 });
        Assert.Equal("123", Next(state, EndOfText, '1') + Next(state, EndOfText, '2') + Next(state, EndOfText, '3'));
        Assert.Equal(StopReason.Complete, state.Ended);
    }

    [Fact]
    public void Excluded_tokens_are_not_drawn_whatever_the_settings()
    {
        JsonConstraint json = new(ConstrainedTexts.Compile("""{"enum":["ab"]}"""), ConstrainedTexts.Bytes);
        foreach (SamplingOptions options in (SamplingOptions[])
        [
            Open with { Temperature = 1e300 }, Open with { PresencePenalty = 1e300 }, Open with { TopK = 40, TopP = 0.1 }, Open with { MinP = 1 },
            Open with { RepeatPenalty = 1e300 }, Open with { Temperature = 0, FrequencyPenalty = 1e300 }, Open with { Temperature = 1e-300 },
        ])
        {
            GenerationState state = new(ConstrainedTexts.Bytes, options, new SamplerMemory(257), [(int)'"', 'a', 'b'], new TokenConstraints { Json = json });
            string text = string.Empty;
            while (state.Ended is null)
            {
                float[] logits = new float[257];
                logits['"'] = logits['a'] = logits['b'] = -1e38f;
                logits['z'] = float.MaxValue;
                text += state.Next(logits);
            }

            Assert.Equal(("\"ab\"", StopReason.Complete), (text.TrimStart(), state.Ended));
        }
    }

    [Fact]
    public void Constraints_that_allow_everything_change_no_token()
    {
        string free = Write(new TokenConstraints(), Open with { RepeatPenalty = 1.2 });
        Assert.Equal(free, Write(new TokenConstraints { LogitBias = new Dictionary<int, float> { [9] = 0 } }, Open with { RepeatPenalty = 1.2 }));
    }

    [Fact]
    public void A_token_outside_the_vocabulary_is_refused()
    {
        Assert.Throws<UsageException>(() => Begin(new TokenConstraints { StopTokens = [257] }, Open));
        Assert.Throws<UsageException>(() => Begin(new TokenConstraints { LogitBias = new Dictionary<int, float> { [-1] = 1 } }, Open));
    }

    private static GenerationState Begin(TokenConstraints constraints, SamplingOptions options) =>
        new(ConstrainedTexts.Bytes, options, new SamplerMemory(257), [0], constraints);

    private static string Next(GenerationState state, int token, int? second = null)
    {
        float[] logits = new float[257];
        logits[token] = 2;
        logits[second ?? token] = Math.Max(logits[second ?? token], 1);
        return state.Next(logits);
    }

    private static string Write(TokenConstraints constraints, SamplingOptions options, char favoured = ' ', float level = 3)
    {
        GenerationState state = Begin(constraints, options);
        string text = string.Empty;
        Random random = new(1);
        while (state.Ended is null)
        {
            float[] logits = new float[257];
            for (int i = 'a'; i <= 'z'; i++)
            {
                logits[i] = options.IsGreedy ? 1 : 1 + random.NextSingle();
            }

            logits[EndOfText] = -50;
            logits[favoured] += level;
            text += state.Next(logits);
        }

        return text;
    }
}
