namespace NGpt.Torch.Tests.Engine;

/// <summary>What one forward and backward pass computes.</summary>
internal sealed record Results(double Loss, double[] Logits, IReadOnlyDictionary<string, double[]> Gradients)
{
    /// <summary>Relative error of the logits and of every gradient (norm of the difference over norm).</summary>
    public Dictionary<string, double> ErrorsAgainst(Results reference)
    {
        Dictionary<string, double> errors = Gradients.ToDictionary(entry => entry.Key, entry => Error(entry.Value, reference.Gradients[entry.Key]));
        errors.Add("logits", Error(Logits, reference.Logits));
        return errors;
    }

    private static double Error(double[] actual, double[] expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = Math.Sqrt(actual.Zip(expected, (a, b) => (a - b) * (a - b)).Sum());
        double norm = Math.Sqrt(expected.Sum(value => value * value));
        // A gradient that must be zero (queries at T = 1) has no relative error.
        return norm < 1e-12 ? difference : double.IsNaN(difference) ? double.PositiveInfinity : difference / norm;
    }
}
