using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Core.Quantization;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Kernels;
using NGpt.Runtime.Models;
using NGpt.Runtime.Tests.Models;

namespace NGpt.Runtime.Tests.Inference;

/// <summary>Keys and values in float16.</summary>
public sealed class CacheTypeTests
{
    // Eleven bits of every key and value: a wrong number among them is off by a hundred times that.
    private const double Tolerance = 5e-3;

    [Theory]
    [InlineData(WeightType.F32, CacheType.F32)]
    [InlineData(WeightType.BF16, CacheType.F16)]
    [InlineData(WeightType.Q8_0, CacheType.F16)]
    public void Only_float32_weights_are_worth_a_float32_cache(WeightType type, CacheType expected)
    {
        TestModel test = new(TestModel.Shape(NGpt.Core.Configuration.Architecture.NGpt, heads: 2, width: 64, mlpWidth: 192));
        using RuntimeModel model = test.Load(type);
        using InferenceContext context = model.CreateContext();
        using InferenceContext other = model.CreateContext(new ContextOptions { CacheType = 1 - expected });
        Assert.Equal(expected, context.CacheType);
        Assert.Equal(1 - expected, other.CacheType);
        Assert.Equal(expected == CacheType.F32 ? 2 * other.CacheBytes : other.CacheBytes / 2, context.CacheBytes);
    }

    [Theory]
    [MemberData(nameof(Variants.All), MemberType = typeof(Variants))]
    public void Logits_are_near_those_of_the_plain_model_with_every_vector_width(string variant)
    {
        TestModel test = Variants.Model(variant);
        int[] tokens = test.Tokens(69);
        double[][] expected = new ReferenceModel(test).Forward(tokens).Logits;
        using RuntimeModel model = test.Load();
        foreach (Func<ThreadTeam, RowKernels> kernels in (Func<ThreadTeam, RowKernels>[])[team => new RowKernels<Lanes128>(team), team => new RowKernels<Lanes256>(team), team => new RowKernels<Lanes512>(team)])
        {
            using InferenceContext context = model.CreateContext(new ContextOptions { Slots = 2, Threads = 2, CacheType = CacheType.F16 }, kernels);
            context.Run([new SequenceStep(1, tokens.AsMemory(0, 37), LogitRows.All)]);
            double max = 0;
            for (int t = 0; t < 37; t++)
            {
                max = Math.Max(max, LogitChecks.Difference(expected[t], context.Logits(0, t)));
            }

            for (int t = 37; t < tokens.Length; t++)
            {
                context.Run([new SequenceStep(1, tokens.AsMemory(t, 1))]);
                max = Math.Max(max, LogitChecks.Difference(expected[t], context.Logits(0)));
            }

            // Exactly the same would not have been rounded.
            Assert.InRange(max, 1e-5, Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Variants.Both), MemberType = typeof(Variants))]
    public void A_copied_prefix_goes_on_with_the_same_bits(string variant)
    {
        TestModel test = Variants.Model(variant);
        int[] tokens = test.Tokens(50);
        using RuntimeModel model = test.Load();
        using InferenceContext context = model.CreateContext(new ContextOptions { Slots = 3, Threads = 2, CacheType = CacheType.F16 });
        context.Run([new SequenceStep(0, tokens.AsMemory(0, 43))]);
        context.CopyPrefix(0, 2, 43);
        context.Run([new SequenceStep(0, tokens.AsMemory(43))]);
        float[] expected = context.Logits(0).ToArray();
        context.Run([new SequenceStep(2, tokens.AsMemory(43))]);
        Assert.Equal(expected, context.Logits(0).ToArray());
    }
}
