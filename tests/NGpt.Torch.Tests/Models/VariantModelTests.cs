using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using NGpt.Torch.Tests.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Models;

/// <summary>The plain modules of nGPT's variants, in float64.</summary>
public sealed class VariantModelTests
{
    private const string Sizes = "layers=2 heads=5 embedding-width=30 mlp-width=47 context-length=13";

    private const int Vocabulary = 37;

    public static TheoryData<string> All => Variants.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Cached_logits_equal_uncached_ones(string variant)
    {
        using IDisposable scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using LanguageModel model = Create(variant);
        using KeyValueCache cache = new(model.Config, 2, model.Type, model.Device);
        Tensor tokens = TestModels.Tokens(2, 13);
        Tensor expected = model.forward(tokens);
        for (int first = 0; first < 13; first += 5)
        {
            int count = Math.Min(5, 13 - first);
            Tensor last = model.NextTokenLogits(tokens.narrow(1, first, count), cache);
            Assert.True((last.squeeze(1) - expected[.., first + count - 1]).abs().max().item<double>() < 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Parameters_are_those_of_the_catalog(string variant)
    {
        using LanguageModel model = Create(variant);
        Assert.Equal(
            ParameterCatalog.Of(model.Config).Select(spec => $"{spec.Name} [{string.Join(", ", spec.Shape)}]").Order(),
            model.named_parameters().Select(entry => $"{entry.name} [{string.Join(", ", entry.parameter.shape)}]").Order());
        Assert.Equal(model.Config.ParameterCount, model.parameters().Sum(parameter => parameter.numel()));
    }

    [Theory]
    [InlineData("alpha")]
    [InlineData("sqk")]
    [InlineData("su")]
    [InlineData("sv")]
    [InlineData("sz")]
    public void A_scalar_is_a_vector_of_equal_entries_and_its_gradient_the_sum_of_theirs(string kind)
    {
        using IDisposable scope = NewDisposeScope();
        using LanguageModel scalar = Create($"{kind}-shape=scalar");
        using LanguageModel vector = Variants.Spread(scalar);
        Dictionary<string, Parameter> vectors = vector.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        Assert.Equal(Backward(vector), Backward(scalar), 1e-13);
        int scalars = 0;
        foreach ((string name, Parameter parameter) in scalar.named_parameters())
        {
            bool isSpread = parameter.numel() != vectors[name].numel();
            scalars += isSpread ? 1 : 0;
            Tensor expected = isSpread ? vectors[name].grad!.sum(0, keepdim: true) : vectors[name].grad!;
            // A sum may cancel, that of s_u entirely: its error is in proportion to what is summed up.
            Tensor error = linalg.vector_norm(parameter.grad! - expected) / linalg.vector_norm(vectors[name].grad!);
            Assert.True(error.item<double>() < 1e-11, $"{name}: {error.item<double>():e2}");
        }

        Assert.Equal(kind switch { "sz" => 1, "alpha" => 4, _ => 2 }, scalars);
    }

    [Fact]
    public void Without_the_norm_queries_and_keys_keep_their_lengths_but_for_a_constant()
    {
        using IDisposable scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using LanguageModel model = Create("qk-norm=none layers=1", "heads=5 embedding-width=30 mlp-width=47 context-length=13");
        Dictionary<string, Tensor> p = model.named_parameters().ToDictionary(entry => entry.name.Replace("model.layers.0.", ""), entry => (Tensor)entry.parameter);
        Tensor tokens = TestModels.Tokens(2, 13);
        Tensor h = p["model.embed_tokens.weight"][tokens];
        Tensor turns = RotaryEmbedding.Rotations(0, 13, 6, 10_000, ScalarType.Float64, CPU);
        Tensor sqk = (p["self_attn.sqk"] * Math.Sqrt(30)).reshape(5, 6);
        Tensor q = Prepare("self_attn.q_proj.weight");
        Tensor k = Prepare("self_attn.k_proj.weight");
        Tensor v = h.matmul(p["self_attn.v_proj.weight"].t()).unflatten(2, 5, 6).transpose(1, 2);
        Tensor scores = (q.matmul(k.transpose(2, 3)) * Math.Sqrt(6)) + full(13, 13, double.NegativeInfinity, dtype: ScalarType.Float64).triu(1);
        Tensor attended = nn.functional.softmax(scores, -1).matmul(v).transpose(1, 2).flatten(2).matmul(p["self_attn.o_proj.weight"].t());
        h = Move(h, attended, "attn_alpha");
        Tensor up = h.matmul(p["mlp.up_proj.weight"].t()) * p["mlp.su"];
        Tensor gate = h.matmul(p["mlp.gate_proj.weight"].t()) * p["mlp.sv"] * Math.Sqrt(30);
        h = Move(h, (up * gate * gate.sigmoid()).matmul(p["mlp.down_proj.weight"].t()), "mlp_alpha");
        Tensor expected = h.matmul(p["lm_head.weight"].t()) * p["model.sz"] * Math.Sqrt(30);
        Assert.True((model.forward(tokens) - expected).abs().max().item<double>() < 1e-12);

        // √(C/D) = √5: with it, lengths are near 1 in an untrained model.
        Tensor Prepare(string weight) =>
            (RotaryEmbedding.Rotate(h.matmul(p[weight].t()).unflatten(2, 5, 6), turns) * Math.Sqrt(5) * sqk).transpose(1, 2);

        Tensor Move(Tensor from, Tensor branch, string alpha) =>
            Norm(from + ((p[alpha] * (0.05 * Math.Sqrt(30))).abs() * (Norm(branch) - from)));

        Tensor Norm(Tensor x) => x / linalg.vector_norm(x, 2, [-1], keepdim: true);
    }

    [Fact]
    public void The_constant_makes_the_lengths_of_an_untrained_model_one_on_average()
    {
        using IDisposable scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        ModelConfig config = Variants.Model("qk-norm=none", 500, "layers=1 heads=3 embedding-width=126 context-length=4");
        using LanguageModel model = LanguageModel.Create(config, ScalarType.Float64);
        ModelInitializer.Initialize(model, 3);
        Dictionary<string, Parameter> parameters = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        Tensor q = parameters[ParameterCatalog.TokenEmbedding].matmul(parameters["model.layers.0.self_attn.q_proj.weight"].t()) * config.QueryKeyConstant;
        Assert.Equal(1, (q * q).reshape(500, 3, 42).sum(-1).mean().item<double>(), 0.02);
    }

    private static LanguageModel Create(string variant, string sizes = Sizes)
    {
        LanguageModel model = LanguageModel.Create(Variants.Model(variant, Vocabulary, sizes), ScalarType.Float64);
        ModelInitializer.Initialize(model, 5);
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        using Generator generator = new(5, CPU);
        foreach (Parameter parameter in model.parameters().Where(parameter => parameter.dim() == 1))
        {
            parameter.mul_(1 + (0.3 * randn(parameter.shape, dtype: ScalarType.Float64, generator: generator)));
        }

        return model;
    }

    private static double Backward(LanguageModel model)
    {
        Tensor tokens = TestModels.Tokens(3, 14);
        Tensor logits = model.forward(tokens.narrow(1, 0, 13));
        Tensor loss = nn.functional.cross_entropy(logits.flatten(0, 1), tokens.narrow(1, 1, 13).flatten());
        loss.backward();
        return loss.item<double>();
    }
}
