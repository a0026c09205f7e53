using System.Globalization;

namespace NGpt.Lab.Inspection;

/// <summary>Measured numbers as people read them.</summary>
public static class NumberText
{
    /// <summary>Three digits, or all before the point.</summary>
    /// <param name="value">Any number.</param>
    /// <returns>For example <c>0.0312</c>, <c>1.25</c>, <c>310</c>, <c>1.2e+07</c>, <c>infinite</c>.</returns>
    public static string Of(double value) => Math.Abs(value) switch
    {
        double.NaN => "unknown",
        double.PositiveInfinity => value > 0 ? "infinite" : "minus infinite",
        0 => "0",
        < 0.001 => value.ToString("0.0e+00", CultureInfo.InvariantCulture),
        < 0.09995 => value.ToString("0.0000", CultureInfo.InvariantCulture),
        < 0.9995 => value.ToString("0.000", CultureInfo.InvariantCulture),
        < 9.995 => value.ToString("0.00", CultureInfo.InvariantCulture),
        < 99.95 => value.ToString("0.0", CultureInfo.InvariantCulture),
        < 1e6 => value.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0e+00", CultureInfo.InvariantCulture),
    };

    /// <summary>A loss or bits per byte.</summary>
    /// <param name="value">The number.</param>
    /// <returns>Four digits after the point.</returns>
    public static string Loss(double value) => double.IsNaN(value) ? "unknown" : value.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>Things in a sentence.</summary>
    /// <param name="parts">At least one.</param>
    /// <returns>For example <c>nGPT 1, GPT 2</c>.</returns>
    public static string Join(IEnumerable<string> parts) => string.Join(", ", parts);
}
