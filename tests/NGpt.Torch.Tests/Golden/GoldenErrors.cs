using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Golden;

/// <summary>How far a subject is from a recording, in the measures that the tests put limits on.</summary>
internal sealed record GoldenErrors
{
    /// <summary>Largest absolute difference of the first step's logits.</summary>
    public required double Logits { get; init; }

    /// <summary>Largest relative difference of a gradient tensor (norm of the difference over norm).</summary>
    public required double Gradient { get; init; }

    /// <summary>The tensor with that difference.</summary>
    public required string WorstGradient { get; init; }

    /// <summary>Largest absolute difference of a step's loss.</summary>
    public required double Loss { get; init; }

    /// <summary>Largest relative difference of a step's gradient norm.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Largest relative difference of a final parameter tensor.</summary>
    public required double Final { get; init; }

    /// <summary>The tensor with that difference.</summary>
    public required string WorstFinal { get; init; }

    /// <summary>Largest absolute difference of the trained model's next-token logits.</summary>
    public required double NextTokenLogits { get; init; }

    /// <summary>The limits that are exceeded, with the figures; empty when the subject matches.</summary>
    public IReadOnlyList<string> Violations()
    {
        List<string> list = [];
        Limit("logits", Logits, 5e-6);
        Limit($"gradient of {WorstGradient}", Gradient, 1e-5);
        Limit("losses", Loss, 1e-5);
        Limit("gradient norms", GradientNorm, 1e-5);
        Limit($"final {WorstFinal}", Final, 2e-4);
        Limit("next-token logits after training", NextTokenLogits, 5e-6);
        return list;

        void Limit(string what, double error, double limit)
        {
            // Written so that NaN is a violation.
            if (!(error <= limit))
            {
                list.Add($"{what}: {error:e2} is above {limit:e0}");
            }
        }
    }

    /// <summary>Runs the recorded steps on a subject.</summary>
    public static GoldenErrors Measure(GoldenData golden, IGoldenSubject subject)
    {
        double logits = 0, loss = 0, norm = 0;
        (double Error, string Name) gradient = (0, "none"), final = (0, "none");
        float[] losses = golden.Values("losses");
        float[] norms = golden.Values("grad_norms");
        for (int step = 0; step < losses.Length; step++)
        {
            using IDisposable scope = NewDisposeScope();
            (Tensor inputs, Tensor targets) = golden.Batch(step);
            if (step == 0)
            {
                using IDisposable inference = no_grad();
                logits = (subject.Forward(inputs) - golden.Tensor("step0.logits")).abs().max().item<float>();
            }

            loss = Math.Max(loss, Math.Abs(subject.ComputeGradients(inputs, targets) - losses[step]));
            if (step == 0)
            {
                gradient = Worst(golden, "step0.grad.", subject.Gradient);
            }

            norm = Math.Max(norm, Math.Abs(subject.Step(step) - norms[step]) / norms[step]);
        }

        final = Worst(golden, "final.", subject.Parameter, "next_token_logits");
        using IDisposable last = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor prompt = golden.Batch(0).Inputs.narrow(0, 0, 1).narrow(1, 0, golden.Model.ContextLength / 2);
        Tensor next = subject.Forward(prompt).narrow(1, prompt.shape[1] - 1, 1);
        double nextError = (next - golden.Tensor("final.next_token_logits")).abs().max().item<float>();
        return new GoldenErrors
        {
            Logits = logits,
            Gradient = gradient.Error,
            WorstGradient = gradient.Name,
            Loss = loss,
            GradientNorm = norm,
            Final = final.Error,
            WorstFinal = final.Name,
            NextTokenLogits = nextError,
        };
    }

    private static (double Error, string Name) Worst(GoldenData golden, string prefix, Func<string, Tensor> actual, string? except = null)
    {
        using IDisposable scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        return golden.Names(prefix).Where(name => name != except).Select(name =>
        {
            Tensor expected = golden.Tensor(prefix + name);
            Tensor found = actual(name);
            Assert.Equal(expected.shape, found.shape);
            double error = ((found - expected).norm() / expected.norm()).item<float>();
            return (double.IsNaN(error) ? double.PositiveInfinity : error, name);
        }).Max();
    }
}
