using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Models;

public sealed class LanguageModelTests
{
    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void A_later_token_never_changes_an_earlier_logit(Architecture architecture)
    {
        using IDisposable scope = NewDisposeScope();
        using LanguageModel model = TestModels.Create(architecture, ScalarType.Float64);
        Tensor tokens = TestModels.Tokens(2, 13);
        Tensor logits = model.forward(tokens);
        for (int changed = 1; changed < 13; changed++)
        {
            Tensor other = tokens.clone();
            other[.., changed] = (other[.., changed] + 1) % 37;
            Tensor difference = (model.forward(other) - logits).abs().amax([0, 2]);
            Assert.True(difference[..changed].max().item<double>() < 1e-13);
            Assert.True(difference[changed].item<double>() > 1e-6);
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt, 1)]
    [InlineData(Architecture.NGpt, 5)]
    [InlineData(Architecture.Gpt, 1)]
    [InlineData(Architecture.Gpt, 5)]
    public void Cached_logits_equal_uncached_ones(Architecture architecture, int chunk)
    {
        using IDisposable scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using LanguageModel model = TestModels.Create(architecture, ScalarType.Float64);
        using KeyValueCache cache = new(model.Config, 2, model.Type, model.Device);
        Tensor tokens = TestModels.Tokens(2, 13);
        Tensor expected = model.forward(tokens);
        for (int first = 0; first < 13; first += chunk)
        {
            int count = Math.Min(chunk, 13 - first);
            Tensor last = model.NextTokenLogits(tokens.narrow(1, first, count), cache);
            Assert.Equal(first + count, cache.Count);
            Assert.True((last.squeeze(1) - expected[.., first + count - 1]).abs().max().item<double>() < 1e-12);
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Batched_logits_equal_single_ones(Architecture architecture)
    {
        using IDisposable scope = NewDisposeScope();
        using LanguageModel model = TestModels.Create(architecture, ScalarType.Float64);
        Tensor tokens = TestModels.Tokens(3, 11);
        Tensor batched = model.forward(tokens);
        for (int row = 0; row < 3; row++)
        {
            Tensor single = model.forward(tokens.narrow(0, row, 1));
            Assert.True((single - batched.narrow(0, row, 1)).abs().max().item<double>() < 1e-12);
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Forward_and_backward_leave_no_tensors_behind(Architecture architecture)
    {
        using LanguageModel model = TestModels.Create(architecture);
        using Tensor tokens = TestModels.Tokens(2, 13);
        long After()
        {
            using (IDisposable scope = NewDisposeScope())
            {
                model.zero_grad();
                model.forward(tokens).square().mean().backward();
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            return TorchSharp.torch.Tensor.TotalCount;
        }

        After();
        long first = After();
        for (int i = 0; i < 5; i++)
        {
            After();
        }

        Assert.Equal(first, After());
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void The_residual_stream_leads_to_the_logits(Architecture architecture)
    {
        using IDisposable scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using LanguageModel model = TestModels.Create(architecture, ScalarType.Float64);
        Tensor tokens = TestModels.Tokens(2, 11);
        IReadOnlyList<Tensor> states = model.ResidualStream(tokens);
        Assert.Equal(7, states.Count);
        Assert.All(states, state => Assert.Equal([2, 11, 30], state.shape));
        Assert.Equal(model.get_parameter(ParameterCatalog.TokenEmbedding)![tokens], states[0]);
        Assert.Equal(model.FinalHiddenStates(tokens), states[^1]);
        // Parts of the hidden states give the same parts of the logits; every state differs from the one before.
        Tensor logits = cat([model.LogitsOf(states[^1].narrow(1, 0, 4)), model.LogitsOf(states[^1].narrow(1, 4, 7))], 1);
        Assert.True((model.forward(tokens) - logits).abs().max().item<double>() < 1e-13);
        Assert.All(Enumerable.Range(1, 6), place => Assert.True((states[place] - states[place - 1]).abs().max().item<double>() > 1e-3));
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Each_half_of_a_block_reads_its_own_weights(Architecture architecture)
    {
        using IDisposable scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using LanguageModel model = TestModels.Create(architecture, ScalarType.Float64);
        Tensor tokens = TestModels.Tokens(2, 11);
        Assert.Equal([3, 4, 5, 6], Changed("model.layers.1.self_attn.v_proj.weight"));
        Assert.Equal([4, 5, 6], Changed("model.layers.1.mlp.gate_proj.weight"));

        // The places in the stream that depend on a parameter.
        int[] Changed(string name)
        {
            IReadOnlyList<Tensor> before = model.ResidualStream(tokens);
            model.get_parameter(name)!.mul_(-1);
            IReadOnlyList<Tensor> after = model.ResidualStream(tokens);
            model.get_parameter(name)!.mul_(-1);
            return [.. Enumerable.Range(0, 7).Where(place => (before[place] - after[place]).abs().max().item<double>() > 0)];
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Parameters_are_those_of_the_catalog(Architecture architecture)
    {
        using LanguageModel model = LanguageModel.Create(TestModels.Config(architecture), device: META);
        Assert.Equal(
            ParameterCatalog.Of(model.Config).Select(spec => $"{spec.Name} [{string.Join(", ", spec.Shape)}]").Order(),
            model.named_parameters().Select(entry => $"{entry.name} [{string.Join(", ", entry.parameter.shape)}]").Order());
    }
}
