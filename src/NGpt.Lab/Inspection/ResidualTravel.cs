using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>How the residual stream moves through a model: angles and norms over many tokens.</summary>
/// <param name="StepAngles">Degrees between the state before and after every step: attention and MLP of block 0, of block 1, and so on; 2·L of them.</param>
/// <param name="StartAngles">Degrees between the token embedding and the state after every step; 2·L of them.</param>
/// <param name="Norms">Norm of the token embedding and of the state after every step; 2·L + 1 of them.</param>
public sealed record ResidualTravel(
    IReadOnlyList<Distribution> StepAngles, IReadOnlyList<Distribution> StartAngles, IReadOnlyList<Distribution> Norms)
{
    /// <summary>Follows the residual stream over some texts, one at a time.</summary>
    /// <param name="model">The model.</param>
    /// <param name="windows">Token ids of each text; at least one, none empty.</param>
    /// <param name="stop">Ends it between two texts.</param>
    /// <returns>Distributions over all tokens of all texts.</returns>
    public static ResidualTravel Measure(LanguageModel model, IEnumerable<int[]> windows, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(windows);
        using IDisposable noGradient = no_grad();
        int steps = 2 * model.Config.LayerCount;
        List<double>[] stepAngles = Lists(steps);
        List<double>[] startAngles = Lists(steps);
        List<double>[] norms = Lists(steps + 1);
        foreach (int[] window in windows)
        {
            stop.ThrowIfCancellationRequested();
            using IDisposable scope = NewDisposeScope();
            IReadOnlyList<Tensor> states = model.ResidualStream(TokenTensor.Of(window, model.Device));
            Tensor start = Wide(states[0]);
            Tensor before = start;
            norms[0].AddRange(Norm(start));
            for (int step = 0; step < steps; step++)
            {
                Tensor after = Wide(states[step + 1]);
                stepAngles[step].AddRange(Angles(before, after));
                startAngles[step].AddRange(Angles(start, after));
                norms[step + 1].AddRange(Norm(after));
                before = after;
            }
        }

        return new ResidualTravel(Sum(stepAngles), Sum(startAngles), Sum(norms));
    }

    /// <summary>The angles between vectors, exact also where they are tiny: the cosine is flat there, and its inverse noise.</summary>
    /// <param name="a">Vectors along the last axis, none of them zero.</param>
    /// <param name="b">As many vectors.</param>
    /// <returns>Degrees, 0 to 180.</returns>
    internal static double[] Angles(Tensor a, Tensor b)
    {
        using IDisposable scope = NewDisposeScope();
        (a, b) = (Hypersphere.Normalize(a), Hypersphere.Normalize(b));
        // Two unit vectors span a rhombus, whose diagonals are sine and cosine of half the angle.
        Tensor half = atan2(linalg.vector_norm(a - b, 2, [-1], keepdim: false), linalg.vector_norm(a + b, 2, [-1], keepdim: false));
        return [.. TensorValues.ToArray(half).Select(angle => angle * 360 / Math.PI)];
    }

    private static Tensor Wide(Tensor state) => state.to_type(ScalarType.Float64);

    private static double[] Norm(Tensor state)
    {
        using IDisposable scope = NewDisposeScope();
        return TensorValues.ToArray(linalg.vector_norm(state, 2, [-1], keepdim: false));
    }

    private static List<double>[] Lists(int count) => [.. Enumerable.Range(0, count).Select(_ => new List<double>())];

    private static Distribution[] Sum(List<double>[] values) => [.. values.Select(Distribution.Of)];
}
