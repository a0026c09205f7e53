using NGpt.Runtime.Generation;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;
using NGpt.Runtime.Tests.Models;

namespace NGpt.Runtime.Tests.Generation;

/// <summary>Texts in one slot, one after the other: what they have in common is computed once, and changes nothing.</summary>
public sealed class ContextModelTests
{
    [Theory]
    [InlineData("nGPT", 512)]
    [InlineData("nGPT", 7)]
    [InlineData("GPT", 512)]
    [InlineData("GPT", 7)]
    public void A_text_after_another_has_the_logits_of_a_fresh_slot(string variant, int batchTokens)
    {
        TestModel test = Variants.Model(variant);
        using RuntimeModel model = test.Load();
        ContextOptions options = new() { Threads = 2, BatchTokens = batchTokens };
        using CountingContext counting = new(model.CreateContext(options));
        ContextModel texts = new(counting, slot: 0);
        int[] first = test.Tokens(41, 1);
        int[] other = test.Tokens(13, 2);
        other[0] = first[0] + 1;

        // A prompt and single tokens after it, as a text is written.
        Check(41, first[..29], first[29..30], first[30..41]);
        // What the model wrote is part of the next turn.
        Check(13, [.. first, .. other]);
        // The same again: the last token alone has to be run.
        Check(1, [.. first, .. other]);
        Check(1, first[..17]);
        // What came after those 17 is gone.
        Check(24, first);
        Check(13 + 2, [.. first[..40], .. other, first[0], first[1]]);
        Check(13, other);
        Check(41, first[..1], first[1..]);

        void Check(int computed, params int[][] pieces)
        {
            counting.Tokens = 0;
            texts.Clear();
            Assert.Equal(0, texts.Count);
            float[] logits = new float[texts.VocabularySize];
            using InferenceContext fresh = model.CreateContext(options);
            ContextModel alone = new(fresh, slot: 0);
            float[] expected = new float[texts.VocabularySize];
            foreach (int[] piece in pieces)
            {
                texts.Forward(piece, logits);
                alone.Forward(piece, expected);
                // By rounding alone: a product of one row is added up in another order than one of many.
                LogitChecks.Near(expected, logits);
            }

            Assert.Equal((computed, pieces.Sum(piece => piece.Length)), (counting.Tokens, texts.Count));
        }
    }

    [Fact]
    public void A_text_that_cannot_be_read_leaves_nothing_behind()
    {
        TestModel test = Variants.Model("nGPT");
        using RuntimeModel model = test.Load();
        using InferenceContext context = model.CreateContext(new ContextOptions { Threads = 1, BatchTokens = 5 });
        using InferenceContext fresh = model.CreateContext(new ContextOptions { Threads = 1, BatchTokens = 5 });
        ContextModel texts = new(context, slot: 0);
        float[] logits = new float[texts.VocabularySize];
        float[] expected = new float[texts.VocabularySize];
        int[] tokens = test.Tokens(19);
        texts.Forward(tokens, logits);
        texts.Clear();
        // In the third piece; the first two are in the slot.
        Assert.Throws<ArgumentException>(() => texts.Forward([.. tokens[5..17], texts.VocabularySize, 1], logits));
        texts.Clear();
        texts.Forward(tokens, logits);
        new ContextModel(fresh, slot: 0).Forward(tokens, expected);
        LogitChecks.Near(expected, logits);
    }

    /// <summary>Counts the tokens that are computed.</summary>
    private sealed class CountingContext(InferenceContext context) : IInferenceContext
    {
        public int Tokens { get; set; }

        public int VocabularySize => context.VocabularySize;

        public int LayerCount => context.LayerCount;

        public int ContextLength => context.ContextLength;

        public int SlotCount => context.SlotCount;

        public int BatchTokens => context.BatchTokens;

        public int Length(int slot) => context.Length(slot);

        public void Truncate(int slot, int length) => context.Truncate(slot, length);

        public void CopyPrefix(int source, int target, int length) => context.CopyPrefix(source, target, length);

        public void Run(ReadOnlySpan<SequenceStep> steps)
        {
            foreach (SequenceStep step in steps)
            {
                Tokens += step.Tokens.Length;
            }

            context.Run(steps);
        }

        public ReadOnlySpan<float> Logits(int number, int row = 0) => context.Logits(number, row);

        public ReadOnlySpan<float> Angles(int number) => context.Angles(number);

        public void Dispose() => context.Dispose();
    }
}
