using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Core.Quantization;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Kernels;
using NGpt.Runtime.Models;
using NGpt.Runtime.Tests.Models;

namespace NGpt.Runtime.Tests.Inference;

/// <summary>Logits and angles against the plain float64 model, for everything that training can make.</summary>
public sealed class ForwardTests
{
    private const double Tolerance = 1e-5;

    [Theory]
    [MemberData(nameof(Variants.All), MemberType = typeof(Variants))]
    public void Logits_match_the_plain_model(string variant)
    {
        TestModel test = Variants.Model(variant);
        int[] tokens = test.Tokens(70);
        double[][] expected = new ReferenceModel(test).Forward(tokens).Logits;
        using RuntimeModel model = test.Load();
        using InferenceContext context = model.CreateContext(new ContextOptions { Threads = 3 });
        context.Run([new SequenceStep(0, tokens, LogitRows.All)]);
        for (int t = 0; t < tokens.Length; t++)
        {
            LogitChecks.Near(expected[t], context.Logits(0, t), Tolerance);
        }
    }

    [Theory]
    [InlineData("nGPT")]
    [InlineData("GPT")]
    [InlineData("nGPT wide heads")]
    [InlineData("GPT narrow heads")]
    [InlineData("GPT grouped queries")]
    public void Every_vector_width_computes_the_same(string variant)
    {
        TestModel test = Variants.Model(variant);
        int[] tokens = test.Tokens(41);
        double[] expected = new ReferenceModel(test).Forward(tokens).Logits[^1];
        using RuntimeModel model = test.Load();
        foreach (Func<ThreadTeam, RowKernels> kernels in (Func<ThreadTeam, RowKernels>[])[team => new RowKernels<Lanes128>(team), team => new RowKernels<Lanes256>(team), team => new RowKernels<Lanes512>(team)])
        {
            using InferenceContext context = model.CreateContext(new ContextOptions { Threads = 2 }, kernels);
            context.Run([new SequenceStep(0, tokens.AsMemory(0, 38), LogitRows.None)]);
            context.Run([new SequenceStep(0, tokens.AsMemory(38))]);
            LogitChecks.Near(expected, context.Logits(0), Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Variants.All), MemberType = typeof(Variants))]
    public void Angles_match_the_plain_model(string variant)
    {
        TestModel test = Variants.Model(variant);
        int[] tokens = test.Tokens(9);
        double[][][] states = new ReferenceModel(test).Forward(tokens).States;
        using RuntimeModel model = test.Load();
        using InferenceContext context = model.CreateContext(new ContextOptions { Threads = 1, Slots = 2 });
        context.Run([new SequenceStep(1, test.Tokens(3, seed: 5)), new SequenceStep(0, tokens, LogitRows.None, Trace: true)]);
        double[] expected = [.. states.Zip(states.Skip(1), (before, after) => Angle(before[^1], after[^1]))];
        Assert.Equal(2 * test.Config.LayerCount, expected.Length);
        LogitChecks.Near(expected, context.Angles(1), 1e-5);
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Angles(0).Length);
    }

    [Theory]
    [MemberData(nameof(Variants.Both), MemberType = typeof(Variants))]
    public void A_context_may_be_longer_than_the_one_trained_with(string variant)
    {
        TestModel test = Variants.Model(variant);
        int[] tokens = test.Tokens(2 * test.Config.ContextLength);
        double[][] expected = new ReferenceModel(test).Forward(tokens).Logits;
        using RuntimeModel model = test.Load();
        using InferenceContext context = model.CreateContext(new ContextOptions { Threads = 2, ContextLength = tokens.Length });
        context.Run([new SequenceStep(0, tokens)]);
        LogitChecks.Near(expected[^1], context.Logits(0), Tolerance);
    }

    [Theory]
    [MemberData(nameof(Variants.Both), MemberType = typeof(Variants))]
    public void A_token_may_see_none_before_its_document(string variant)
    {
        TestModel test = Variants.Model(variant);
        int[] tokens = test.Tokens(70);
        int[] first = [.. Enumerable.Range(0, tokens.Length).Select(t => t < 3 ? 0 : t < 37 ? 3 : t < 38 ? 37 : 38)];
        double[][] expected = new ReferenceModel(test).Forward(tokens, first).Logits;
        using RuntimeModel model = test.Load();
        using InferenceContext context = model.CreateContext(new ContextOptions { Threads = 2 });
        context.RunMasked([new SequenceStep(0, tokens.AsMemory(0, 33), LogitRows.None)], first.AsSpan(0, 33));
        context.RunMasked([new SequenceStep(0, tokens.AsMemory(33), LogitRows.All)], first.AsSpan(33));
        for (int t = 33; t < tokens.Length; t++)
        {
            LogitChecks.Near(expected[t], context.Logits(0, t - 33), Tolerance);
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt, WeightType.F16, 1e-5)]
    [InlineData(Architecture.Gpt, WeightType.F16, 1e-5)]
    [InlineData(Architecture.NGpt, WeightType.BF16, 1e-5)]
    [InlineData(Architecture.Gpt, WeightType.BF16, 1e-5)]
    [InlineData(Architecture.NGpt, WeightType.Q8_0, 0.05)]
    [InlineData(Architecture.Gpt, WeightType.Q8_0, 0.05)]
    [InlineData(Architecture.NGpt, WeightType.Q4_0, 0.05)]
    [InlineData(Architecture.Gpt, WeightType.Q4_0, 0.05)]
    [InlineData(Architecture.NGpt, WeightType.NVFP4, 0.05)]
    [InlineData(Architecture.Gpt, WeightType.NVFP4, 0.05)]
    public void Every_weight_type_computes_with_the_numbers_that_it_stores(Architecture architecture, WeightType type, double tolerance)
    {
        TestModel test = new(TestModel.Shape(architecture, heads: 2, width: 64, mlpWidth: 192));
        int[] tokens = test.Tokens(40);
        // Integer products round their other operand too; a wrong scale is off by far more than that.
        double[][] expected = new ReferenceModel(test.Decoded(type)).Forward(tokens).Logits;
        using RuntimeModel model = test.Load(type);
        Assert.Equal(type, model.WeightType);
        using InferenceContext context = model.CreateContext(new ContextOptions { Threads = 2, CacheType = CacheType.F32 });
        context.Run([new SequenceStep(0, tokens, LogitRows.All)]);
        for (int t = 0; t < tokens.Length; t++)
        {
            LogitChecks.Near(expected[t], context.Logits(0, t), tolerance);
        }
    }

    private static double Angle(double[] u, double[] v)
    {
        double dot = u.Zip(v, (x, y) => x * y).Sum();
        return Math.Acos(dot / Math.Sqrt(u.Sum(x => x * x) * v.Sum(x => x * x)));
    }
}
