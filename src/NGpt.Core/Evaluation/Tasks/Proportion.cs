namespace NGpt.Core.Evaluation.Tasks;

/// <summary>A share of questions, as an estimate from a sample.</summary>
/// <param name="Hits">How many.</param>
/// <param name="Count">Of how many, at least 1.</param>
public readonly record struct Proportion(int Hits, int Count)
{
    /// <summary>The share, 0 to 1.</summary>
    public double Value => (double)Hits / Count;

    /// <summary>Standard error of the share, √(p(1−p)/(n−1)); null for a single question.</summary>
    public double? StandardError => Count > 1 ? Math.Sqrt(Value * (1 - Value) / (Count - 1)) : null;
}
