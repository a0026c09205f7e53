using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Kernels;
using NGpt.Runtime.Models;
using NGpt.Runtime.Tests.Models;

namespace NGpt.Runtime.Tests.Inference;

/// <summary>Slots: cached, batched, copied and truncated sequences compute what one alone does.</summary>
public sealed class ContextTests
{
    [Fact]
    public void A_context_that_was_given_back_touches_none_of_its_memory()
    {
        TestModel test = Variants.Model("nGPT");
        using RuntimeModel model = test.Load();
        InferenceContext context = model.CreateContext(new ContextOptions { Slots = 2, Threads = 2 });
        SequenceStep[] steps = [new(0, test.Tokens(3))];
        context.Run(steps);
        context.Dispose();
        context.Dispose();
        Assert.Throws<ObjectDisposedException>(() => context.Run(steps));
        Assert.Throws<ObjectDisposedException>(() => _ = context.Logits(0).Length);
        Assert.Throws<ObjectDisposedException>(() => context.CopyPrefix(0, 1, 2));
    }

    [Fact]
    public void A_cache_whose_size_has_more_than_64_bits_is_too_much_memory_and_not_a_small_one()
    {
        // As bytes, 64 bits of this size are 256.
        Assert.Throws<NGptException>(() => new NativeBuffer<float>(((Int128)1 << 62) + 64, "nothing"));
        Assert.Throws<NGptException>(() => new NativeBuffer<float>(((Int128)1 << 64) + 64, "nothing"));
        ModelConfig config = TestModel.Shape(Architecture.NGpt, layers: 1000, heads: 1 << 12, width: 1 << 16, length: 1 << 20);
        Assert.Throws<NGptException>(() => new KeyValueCache(config, 1 << 20, 1 << 20, CacheType.F32));
    }

    [Theory]
    [MemberData(nameof(Variants.Both), MemberType = typeof(Variants))]
    public void Cached_equals_uncached(string variant)
    {
        TestModel test = Variants.Model(variant);
        using RuntimeModel model = test.Load();
        using InferenceContext context = model.CreateContext(new ContextOptions { Slots = 2, Threads = 2 });
        int[] tokens = test.Tokens(69);
        context.Run([new SequenceStep(0, tokens, LogitRows.All)]);
        float[][] whole = [.. Enumerable.Range(0, tokens.Length).Select(t => context.Logits(0, t).ToArray())];
        // Pieces of all lengths, single tokens among them.
        for (int start = 0, length = 1; start < tokens.Length; start += length, length = ((length * 3) % 11) + 1)
        {
            length = Math.Min(length, tokens.Length - start);
            context.Run([new SequenceStep(1, tokens.AsMemory(start, length))]);
            LogitChecks.Near(whole[start + length - 1], context.Logits(0));
        }

        Assert.Equal(tokens.Length, context.Length(1));
    }

    [Theory]
    [MemberData(nameof(Variants.Both), MemberType = typeof(Variants))]
    public void Batched_equals_single(string variant)
    {
        TestModel test = Variants.Model(variant);
        using RuntimeModel model = test.Load();
        using InferenceContext together = model.CreateContext(new ContextOptions { Slots = 3, Threads = 3 });
        using InferenceContext alone = model.CreateContext(new ContextOptions { Threads = 1 });
        (int Slot, int[] Tokens)[] sequences = [(2, test.Tokens(5, 1)), (0, test.Tokens(41, 2)), (1, test.Tokens(1, 3))];
        SequenceStep[] steps = [.. sequences.Select(sequence => new SequenceStep(sequence.Slot, sequence.Tokens))];
        // Twice: the second time the slots hold tokens of different number.
        for (int round = 0; round < 2; round++)
        {
            together.Run(steps);
            for (int i = 0; i < sequences.Length; i++)
            {
                alone.Truncate(0, 0);
                for (int earlier = 0; earlier <= round; earlier++)
                {
                    alone.Run([new SequenceStep(0, sequences[i].Tokens)]);
                }

                LogitChecks.Near(alone.Logits(0), together.Logits(i));
            }

            (sequences[1].Tokens, steps[1]) = (test.Tokens(7, 2), new SequenceStep(0, test.Tokens(7, 2)));
            if (round == 0)
            {
                together.Truncate(0, 0);
                together.Run([new SequenceStep(0, sequences[1].Tokens)]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Variants.Both), MemberType = typeof(Variants))]
    public void A_copied_prefix_and_a_truncated_sequence_go_on_like_others(string variant)
    {
        TestModel test = Variants.Model(variant);
        using RuntimeModel model = test.Load();
        using InferenceContext context = model.CreateContext(new ContextOptions { Slots = 3, Threads = 2 });
        int[] tokens = test.Tokens(50);
        int[] ending = test.Tokens(6, seed: 9);
        context.Run([new SequenceStep(0, tokens), new SequenceStep(1, test.Tokens(60, seed: 3))]);
        context.CopyPrefix(0, 1, 37);
        context.Run([new SequenceStep(1, ending)]);
        float[] copied = context.Logits(0).ToArray();
        context.Truncate(0, 37);
        context.Run([new SequenceStep(0, ending)]);
        float[] truncated = context.Logits(0).ToArray();
        context.Run([new SequenceStep(2, (int[])[.. tokens[..37], .. ending])]);
        LogitChecks.Near(context.Logits(0), copied);
        LogitChecks.Near(context.Logits(0), truncated);
        Assert.Equal([43, 43, 43], Enumerable.Range(0, 3).Select(context.Length));
    }

    [Fact]
    public void Wrong_calls_are_refused_and_change_nothing()
    {
        TestModel test = new(TestModel.Shape(Architecture.NGpt, length: 11));
        using RuntimeModel model = test.Load();
        using InferenceContext context = model.CreateContext(new ContextOptions { Slots = 2, Threads = 1, BatchTokens = 8 });
        context.Run([new SequenceStep(1, new[] { 3, 4, 5 })]);
        float[] before = context.Logits(0).ToArray();
        Refused(new SequenceStep(2, new[] { 1 }));
        Refused(new SequenceStep(-1, new[] { 1 }));
        Refused(new SequenceStep(0, Array.Empty<int>()));
        Refused(new SequenceStep(0, new[] { 1, 67 }));
        Refused(new SequenceStep(0, new[] { -1 }));
        Refused(new SequenceStep(0, new int[9]));
        Refused(new SequenceStep(0, new int[4]), new SequenceStep(1, new int[5]));
        Refused(new SequenceStep(0, new int[4]), new SequenceStep(0, new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Truncate(1, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Truncate(2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.CopyPrefix(1, 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.CopyPrefix(1, 0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.CopyPrefix(0, 5, 0));
        Assert.Equal([0, 3], Enumerable.Range(0, 2).Select(context.Length));
        Assert.Equal(before, context.Logits(0).ToArray());

        context.Run([new SequenceStep(1, new int[8])]);
        Refused(new SequenceStep(1, new[] { 1 }));
        context.Run([new SequenceStep(0, new[] { 1, 2 }, LogitRows.None)]);
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Logits(0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Logits(1).Length);

        void Refused(params SequenceStep[] steps) => Assert.ThrowsAny<ArgumentException>(() => context.Run(steps));
    }

    [Theory]
    [InlineData(0, null, 8, 1, "Slots is 0; allowed: 1 to 65536")]
    [InlineData(int.MaxValue, null, 8, 1, "Slots is 2147483647; allowed: 1 to 65536")]
    [InlineData(1, 0, 8, 1, "ContextLength is 0; allowed: 1 to 1048576")]
    [InlineData(1, int.MaxValue, 8, 1, "ContextLength is 2147483647; allowed: 1 to 1048576")]
    [InlineData(1, null, 0, 1, "BatchTokens is 0; allowed: 1 to 65536")]
    [InlineData(1, null, int.MaxValue, 1, "BatchTokens is 2147483647; allowed: 1 to 65536")]
    [InlineData(1, null, 8, 0, "Threads is 0; allowed: 1 to 1024")]
    [InlineData(-1, null, -2, 1, "Slots is -1; allowed: 1 to 65536; BatchTokens is -2; allowed: 1 to 65536")]
    public void Impossible_sizes_are_refused(int slots, int? contextLength, int batchTokens, int threads, string problem)
    {
        using RuntimeModel model = new TestModel(TestModel.Shape(Architecture.Gpt)).Load();
        UsageException refusal = Assert.Throws<UsageException>(() =>
            model.CreateContext(new ContextOptions { Slots = slots, ContextLength = contextLength, BatchTokens = batchTokens, Threads = threads }));
        Assert.Equal($"invalid context options: {problem}", refusal.Message);
    }

    [Fact]
    public void The_largest_sizes_are_possible()
    {
        using RuntimeModel model = new TestModel(TestModel.Shape(Architecture.Gpt)).Load();
        using InferenceContext context = model.CreateContext(
            new ContextOptions { Slots = InferenceContext.MaxSlots, ContextLength = 1, BatchTokens = InferenceContext.MaxBatchTokens, Threads = 1 });
        context.Run([new SequenceStep(InferenceContext.MaxSlots - 1, new[] { 3 }, Trace: true)]);
        Assert.Equal(2 * model.Config.LayerCount, context.Angles(0).Length);
    }
}
