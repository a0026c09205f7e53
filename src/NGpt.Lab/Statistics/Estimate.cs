namespace NGpt.Lab.Statistics;

/// <summary>A number with its confidence interval.</summary>
/// <param name="Value">The number, from all seeds together.</param>
/// <param name="Low">Lower end of the interval; null where one seed allows none.</param>
/// <param name="High">Upper end of the interval; null where one seed allows none.</param>
public readonly record struct Estimate(double Value, double? Low = null, double? High = null)
{
    /// <summary>Whether there is an interval.</summary>
    public bool HasInterval => Low is not null && High is not null;

    /// <summary>Whether a value cannot be told from the estimate: it lies within the interval, or there is none.</summary>
    /// <param name="value">The value.</param>
    /// <returns>True where the interval includes it, or where there is no interval.</returns>
    public bool Includes(double value) => !HasInterval || (Low <= value && value <= High);
}
