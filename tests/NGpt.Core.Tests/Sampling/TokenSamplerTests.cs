using NGpt.Core.Errors;
using NGpt.Core.Numerics;
using NGpt.Core.Sampling;

namespace NGpt.Core.Tests.Sampling;

public sealed class TokenSamplerTests
{
    // Every setting off: the model's own distribution.
    private static readonly SamplingOptions Plain = new() { Temperature = 1, TopK = 0, TopP = 1, MinP = 0, Seed = 1 };

    public static TheoryData<string> Settings => [.. Cases.Keys];

    private static readonly Dictionary<string, SamplingOptions> Cases = new()
    {
        ["plain"] = Plain,
        ["default"] = new() { Seed = 1 },
        ["greedy"] = Plain with { Temperature = 0 },
        ["cold"] = Plain with { Temperature = 0.3 },
        ["hot"] = Plain with { Temperature = 3 },
        ["top-k 1"] = Plain with { TopK = 1 },
        ["top-k 7"] = Plain with { TopK = 7 },
        ["top-k 300"] = Plain with { TopK = 300 },
        ["top-k beyond V"] = Plain with { TopK = int.MaxValue },
        ["top-p 0"] = Plain with { TopP = 0 },
        ["top-p 0.6"] = Plain with { TopP = 0.6 },
        ["top-p 0.999"] = Plain with { TopP = 0.999 },
        ["min-p 0.2"] = Plain with { MinP = 0.2 },
        ["min-p 1"] = Plain with { MinP = 1 },
        ["repeat 1.5"] = Plain with { RepeatPenalty = 1.5 },
        ["repeat 0.5"] = Plain with { RepeatPenalty = 0.5 },
        ["repeat over all"] = Plain with { RepeatPenalty = 1.7, RepeatLastN = -1 },
        ["repeat over 3"] = Plain with { RepeatPenalty = 1.7, RepeatLastN = 3 },
        ["repeat over none"] = Plain with { RepeatPenalty = 1.7, RepeatLastN = 0 },
        ["presence"] = Plain with { PresencePenalty = 1.3 },
        ["presence negative"] = Plain with { PresencePenalty = -1.3 },
        ["frequency"] = Plain with { FrequencyPenalty = 0.7 },
        ["everything"] = new() { Temperature = 1.4, TopK = 50, TopP = 0.9, MinP = 0.01, RepeatPenalty = 1.2, RepeatLastN = 20, PresencePenalty = 0.4, FrequencyPenalty = 0.3, Seed = 1 },
        ["top-p and min-p"] = Plain with { TopP = 0.9, MinP = 0.1, Temperature = 0.7 },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Tokens_are_those_of_the_plain_reference(string setting)
    {
        SamplingOptions options = Cases[setting];
        Random random = new(17);
        foreach (int size in (int[])[1, 2, 31, 67, 301, 3001])
        {
            TokenSampler sampler = new(options, size);
            SplitMix64 stream = new(1);
            for (int round = 0; round < 36; round++)
            {
                // Spread 0.1 is nearly flat, 12 nearly certain; the steps of a quarter make ties.
                float[] logits = Logits(random, size, spread: round % 3 == 0 ? 0.1 : 12 * random.NextDouble(), rounded: round % 4 == 1);
                int[] history = [.. Enumerable.Range(0, random.Next(100)).Select(_ => random.Next(Math.Min(size, 40)))];

                int prompt = random.Next(history.Length + 1);
                int expected = ReferenceSampler.Sample(options, logits, history, stream, prompt);
                Assert.Equal(expected, sampler.Sample(logits, history, prompt));
            }
        }
    }

    [Fact]
    public void Each_setting_changes_the_tokens()
    {
        Random random = new(23);
        float[] logits = Logits(random, 67, spread: 4, rounded: false);
        int[] history = [.. Enumerable.Range(0, 80).Select(_ => Array.IndexOf(logits, logits.Order().ElementAt(^(1 + random.Next(8)))))];
        SamplingOptions start = Plain with { RepeatPenalty = 1.3, PresencePenalty = 0.5, FrequencyPenalty = 0.1, RepeatLastN = 10 };
        int[] before = Tokens(start);

        SamplingOptions[] changed =
        [
            start with { Temperature = 0.5 },
            start with { TopK = 3 },
            start with { TopP = 0.5 },
            start with { MinP = 0.3 },
            start with { RepeatPenalty = 2 },
            start with { RepeatLastN = 70 },
            start with { PresencePenalty = 2 },
            start with { FrequencyPenalty = 1 },
            start with { Seed = 2 },
        ];
        Assert.All(changed, options => Assert.NotEqual(before, Tokens(options)));

        int[] Tokens(SamplingOptions options)
        {
            TokenSampler sampler = new(options, logits.Length);
            return [.. Enumerable.Range(0, 200).Select(_ => sampler.Sample(logits, history))];
        }
    }

    [Fact]
    public void Presence_and_frequency_count_every_generated_token_and_none_of_the_prompt()
    {
        int[] history = [0, 0, 1, .. Enumerable.Repeat(2, 100)];
        foreach (SamplingOptions options in new[] { Plain with { Temperature = 0, PresencePenalty = 5 }, Plain with { Temperature = 0, FrequencyPenalty = 5 } })
        {
            // 1 is the first generated token, more than 64 tokens ago.
            Assert.Equal(0, new TokenSampler(options, 3).Sample([1f, 2f, 3f], history, promptTokens: 2));
            Assert.Equal(1, new TokenSampler(options, 3).Sample([1f, 2f, 3f], history, promptTokens: 3));
        }
    }

    [Fact]
    public void Penalties_come_before_top_k()
    {
        // Token 0 is the most probable until it is penalized, and then the least probable.
        SamplingOptions options = Plain with { TopK = 1, PresencePenalty = 5 };
        Assert.Equal([1], Support(options, [3f, 2f, 1f], [0]));
    }

    [Fact]
    public void Top_k_comes_before_top_p()
    {
        // Of the equal four, two are kept by top-k and are then half each: 0.5 is reached by one of them. In the other
        // order top-p would keep two of four, and top-k both.
        SamplingOptions options = Plain with { TopK = 2, TopP = 0.5 };
        Assert.Equal([0], Support(options, [1f, 1f, 1f, 1f], []));
    }

    [Fact]
    public void Top_p_comes_before_min_p()
    {
        float[] logits = [MathF.Log(0.4f), MathF.Log(0.3f), MathF.Log(0.15f), MathF.Log(0.15f)];
        SamplingOptions options = Plain with { TopP = 0.55, MinP = 0.5 };

        // Top-p first: 0.4 + 0.3 reach 0.55, both pass min-p. Min-p first: of 0.57 and 0.43 the first alone reaches 0.55.
        Assert.Equal([0, 1], Support(options, logits, []));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(5)]
    public void Temperature_comes_last(double temperature)
    {
        // Whatever the temperature, the same tokens are kept by top-p and min-p.
        float[] logits = [MathF.Log(0.5f), MathF.Log(0.3f), MathF.Log(0.15f), MathF.Log(0.05f)];
        Assert.Equal([0, 1], Reached(Plain with { TopP = 0.7, Temperature = temperature }));
        Assert.Equal([0, 1, 2], Reached(Plain with { MinP = 0.2, Temperature = temperature }));

        int[] Reached(SamplingOptions options) => Support(options, logits, []);
    }

    [Fact]
    public void Drawn_tokens_are_distributed_as_the_softmax()
    {
        float[] logits = [0.3f, -1.2f, 1.9f, 0f, 0.7f, -0.4f, 1.1f];
        SamplingOptions options = Plain with { Temperature = 1.3, Seed = 77 };
        double[] expected = [.. ReferenceSampler.Distribution(options, logits, []).Select(c => c.Probability)];
        const int Draws = 50_000;
        int[] counts = new int[logits.Length];
        TokenSampler sampler = new(options, logits.Length);
        for (int i = 0; i < Draws; i++)
        {
            counts[sampler.Sample(logits, [])]++;
        }

        double chiSquare = counts.Select((count, id) => Math.Pow(count - (Draws * expected[id]), 2) / (Draws * expected[id])).Sum();

        // The 99.9th percentile of chi-square with 6 degrees of freedom.
        Assert.InRange(chiSquare, 0, 22.46);
    }

    [Fact]
    public void Greedy_takes_the_lowest_id_of_equals_and_ignores_the_seed()
    {
        float[] logits = [1f, -0f, 4f, 0f, 4f, 4f, 2f];
        for (long seed = 0; seed < 20; seed++)
        {
            Assert.Equal(2, new TokenSampler(new() { Temperature = 0, Seed = seed }, 7).Sample(logits, []));
        }

        Assert.Equal(0, new TokenSampler(new() { Temperature = 0 }, 2).Sample([-0f, 0f], []));
        Assert.Equal(4, new TokenSampler(new() { Temperature = 0, PresencePenalty = 1 }, 7).Sample(logits, [2]));
    }

    [Fact]
    public void Negative_and_positive_zero_are_equal_for_top_k() => Assert.Equal([0], Support(Plain with { TopK = 1 }, [-0f, 0f], []));

    [Fact]
    public void The_same_seed_gives_the_same_tokens_and_a_random_seed_is_reported()
    {
        float[] logits = Logits(new Random(5), 301, spread: 2, rounded: false);
        TokenSampler drawn = new(new() { Temperature = 1.5 }, logits.Length);
        Assert.NotEqual(drawn.Seed, new TokenSampler(new(), logits.Length).Seed);
        TokenSampler given = new(new() { Temperature = 1.5, Seed = (long)drawn.Seed }, logits.Length);
        Assert.Equal(drawn.Seed, given.Seed);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(drawn.Sample(logits, []), given.Sample(logits, []));
        }
    }

    [Fact]
    public void Logits_are_not_modified()
    {
        float[] logits = Logits(new Random(6), 67, spread: 2, rounded: false);
        float[] copy = [.. logits];
        new TokenSampler(new() { RepeatPenalty = 2, PresencePenalty = 1 }, 67).Sample(logits, [1, 2, 3]);
        Assert.Equal(copy, logits);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Logits_that_are_not_finite_are_rejected(float wrong)
    {
        float[] logits = new float[67];
        logits[41] = wrong;
        NGptException failure = Assert.Throws<NGptException>(() => new TokenSampler(new(), 67).Sample(logits, []));
        Assert.Contains("token 41", failure.Message);
    }

    [Fact]
    public void Extreme_but_finite_values_are_sampled()
    {
        float[] logits = [float.MaxValue, float.MinValue, 0f];
        Assert.Equal([0], Support(Plain, logits, []));
        Assert.Equal([2], Support(Plain with { RepeatPenalty = 1e300, PresencePenalty = 1e300, TopP = 0.9 }, logits, [0, 1]));
        Assert.Equal([0], Support(Plain with { Temperature = 1e-300, TopK = 2 }, [1f, 0.5f, 0.9f], []));
    }

    [Fact]
    public void Invalid_arguments_are_rejected_and_leave_the_sampler_usable()
    {
        SamplingOptions options = Plain with { FrequencyPenalty = 100, TopK = 1 };
        TokenSampler sampler = new(options, 3);
        Assert.Throws<ArgumentException>(() => sampler.Sample(new float[2], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Sample([3f, 2f, 1f], [0, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Sample([3f, 2f, 1f], [0, -1]));

        // The occurrence of token 0 counted before the failure is forgotten.
        Assert.Equal(0, sampler.Sample([3f, 2f, 1f], [1]));
        Assert.Throws<UsageException>(() => new TokenSampler(Plain with { TopP = 2 }, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenSampler(Plain, 0));
    }

    [Fact]
    public void Sampling_allocates_nothing()
    {
        float[] logits = Logits(new Random(7), 3001, spread: 2, rounded: false);
        int[] history = [1, 2, 3, 2];
        TokenSampler[] samplers = [.. Cases.Values.Select(options => new TokenSampler(options, logits.Length))];
        long Round()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (TokenSampler sampler in samplers)
            {
                sampler.Sample(logits, history);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Round();
        Assert.Equal(0, Round());
    }

    // The tokens that come up in many draws, sorted.
    private static int[] Support(SamplingOptions options, float[] logits, int[] history)
    {
        TokenSampler sampler = new(options, logits.Length);
        return [.. Enumerable.Range(0, 300).Select(_ => sampler.Sample(logits, history)).Distinct().Order()];
    }

    private static float[] Logits(Random random, int size, double spread, bool rounded) =>
    [
        .. Enumerable.Range(0, size).Select(_ =>
        {
            double value = (random.NextDouble() + random.NextDouble() - 1) * spread;
            return (float)(rounded ? Math.Round(value * 4) / 4 : value);
        }),
    ];
}
