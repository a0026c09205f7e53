using NGpt.Core.Numerics;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;
using NGpt.Runtime.Tests.Models;

namespace NGpt.Runtime.Tests.Inference;

public sealed unsafe class GrowingRotaryTableTests
{
    private const int Width = 6;
    private const double Theta = 10_000;

    [Fact]
    public void The_table_grows_by_blocks_to_what_is_asked_for_and_no_further()
    {
        const int Length = (3 * GrowingRotaryTable.BlockPositions) + 7;
        float[] cosines = new float[Length * Width];
        float[] sines = new float[Length * Width];
        fixed (float* c = cosines, s = sines)
        {
            RotaryTable.Fill(c, s, Length, Width, Theta);
        }

        using GrowingRotaryTable table = new(Length, Width, Theta);
        Assert.Equal(0, Filled());
        foreach ((int reach, int filled) in new[]
            {
                (1, GrowingRotaryTable.BlockPositions),
                (GrowingRotaryTable.BlockPositions, GrowingRotaryTable.BlockPositions),
                (GrowingRotaryTable.BlockPositions + 1, 2 * GrowingRotaryTable.BlockPositions),
                (3, 2 * GrowingRotaryTable.BlockPositions),
                (Length, Length),
            })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            table.EnsureFilled(reach);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(filled, Filled());
        }

        // As many positions as are right, with nothing behind them.
        int Filled()
        {
            ReadOnlySpan<float> filledCosines = new(table.Cosines, Length * Width);
            ReadOnlySpan<float> filledSines = new(table.Sines, Length * Width);
            int common = filledCosines.CommonPrefixLength(cosines);
            Assert.True(filledSines.StartsWith(sines.AsSpan(0, common)));
            Assert.False(filledCosines[common..].ContainsAnyExcept(0));
            Assert.False(filledSines[common..].ContainsAnyExcept(0));
            return common / Width;
        }
    }

    [Theory]
    [MemberData(nameof(Variants.Both), MemberType = typeof(Variants))]
    public void A_sequence_that_goes_beyond_a_block_is_computed_like_the_reference(string variant)
    {
        TestModel test = Variants.Model(variant);
        int[] tokens = test.Tokens(GrowingRotaryTable.BlockPositions + 9);
        double[][] expected = new ReferenceModel(test).Forward(tokens).Logits;
        using RuntimeModel model = test.Load();
        using InferenceContext context = model.CreateContext(new ContextOptions { Threads = 2, ContextLength = tokens.Length });
        for (int start = 0, length = GrowingRotaryTable.BlockPositions - 3; start < tokens.Length; start += length, length = 2)
        {
            context.Run([new SequenceStep(0, tokens.AsMemory(start, length))]);
            LogitChecks.Near(expected[start + length - 1], context.Logits(0), 1e-5);
        }
    }
}
