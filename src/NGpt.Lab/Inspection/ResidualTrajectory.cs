using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>Angles and norms of the residual stream through the sub-layers of a model, over many tokens.</summary>
/// <param name="StepAngles">Degrees between the state before and after every sub-layer: attention and MLP of block 0, of block 1, and so on; 2·L values.</param>
/// <param name="StartAngles">Degrees between the token embedding and the state after every sub-layer; 2·L values.</param>
/// <param name="Norms">Norm of the token embedding and of the state after every sub-layer; 2·L + 1 values.</param>
internal sealed record ResidualTrajectory(
    IReadOnlyList<Distribution> StepAngles, IReadOnlyList<Distribution> StartAngles, IReadOnlyList<Distribution> Norms)
{
    /// <summary>Measures the residual stream over all tokens of at least one window, one window at a time.</summary>
    public static ResidualTrajectory Measure(LanguageModel model, IEnumerable<int[]> windows, CancellationToken stop = default)
    {
        using IDisposable noGradient = no_grad();
        int steps = 2 * model.Config.LayerCount;
        List<double>[] stepAngles = Lists(steps);
        List<double>[] startAngles = Lists(steps);
        List<double>[] norms = Lists(steps + 1);
        foreach (int[] window in windows)
        {
            stop.ThrowIfCancellationRequested();
            using IDisposable scope = NewDisposeScope();
            IReadOnlyList<Tensor> states = model.ResidualStream(TensorConversion.FromTokens(window, model.Device));
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

        return new ResidualTrajectory(Sum(stepAngles), Sum(startAngles), Sum(norms));
    }

    /// <summary>
    /// The angles in degrees between vectors along the last axis, none of them zero. Exact also for tiny angles, for which
    /// the inverse cosine is dominated by rounding.
    /// </summary>
    internal static double[] Angles(Tensor a, Tensor b)
    {
        using IDisposable scope = NewDisposeScope();
        (a, b) = (Hypersphere.Normalize(a), Hypersphere.Normalize(b));
        // The diagonals of the rhombus of two unit vectors are proportional to sine and cosine of half the angle.
        Tensor half = atan2(linalg.vector_norm(a - b, 2, [-1], keepdim: false), linalg.vector_norm(a + b, 2, [-1], keepdim: false));
        return [.. TensorConversion.ToArray(half).Select(angle => angle * 360 / Math.PI)];
    }

    private static Tensor Wide(Tensor state) => state.to_type(ScalarType.Float64);

    private static double[] Norm(Tensor state)
    {
        using IDisposable scope = NewDisposeScope();
        return TensorConversion.ToArray(linalg.vector_norm(state, 2, [-1], keepdim: false));
    }

    private static List<double>[] Lists(int count) => [.. Enumerable.Range(0, count).Select(_ => new List<double>())];

    private static Distribution[] Sum(List<double>[] values) => [.. values.Select(Distribution.Of)];
}
