using System.Globalization;

namespace NGpt.Cli.Display;

/// <summary>Numbers as people read them.</summary>
public static class NumberFormat
{
    private static readonly string[] CountUnits = ["", "K", "M", "B", "T"];
    private static readonly string[] ByteUnits = ["bytes", "KB", "MB", "GB", "TB"];

    /// <summary>An integer with separators between thousands.</summary>
    /// <param name="value">The number.</param>
    /// <returns>For example <c>12,345</c>.</returns>
    public static string Count(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number of things, with their name.</summary>
    /// <param name="value">The number.</param>
    /// <param name="thing">One of them.</param>
    /// <returns>For example <c>1 layer</c> or <c>12 layers</c>.</returns>
    public static string Count(long value, string thing) => value == 1 ? $"1 {thing}" : $"{Count(value)} {thing}s";

    /// <summary>A number with three digits and a unit.</summary>
    /// <param name="value">The number, at least 0.</param>
    /// <returns>For example <c>6.44M</c>.</returns>
    public static string ShortCount(double value) => WithUnit(value, CountUnits, "");

    /// <summary>A number of bytes, in powers of 1000.</summary>
    /// <param name="value">The number, at least 0.</param>
    /// <returns>For example <c>1.25 GB</c>.</returns>
    public static string Bytes(double value) => value == 1 ? "1 byte" : WithUnit(value, ByteUnits, " ");

    /// <summary>A time in its two largest units.</summary>
    /// <param name="value">The time; a negative one counts as 0.</param>
    /// <returns>For example <c>3m 12s</c>.</returns>
    public static string Duration(TimeSpan value)
    {
        double total = Math.Max(0, value.TotalSeconds);
        long seconds = (long)Math.Round(total);
        return seconds switch
        {
            _ when total < 9.95 => $"{total.ToString("0.0", CultureInfo.InvariantCulture)}s",
            < 60 => $"{seconds}s",
            < 3600 => $"{seconds / 60}m {seconds % 60:00}s",
            < 86_400 => $"{seconds / 3600}h {seconds / 60 % 60:00}m",
            _ => $"{seconds / 86_400}d {seconds / 3600 % 24:00}h",
        };
    }

    /// <summary>A loss or bits per byte.</summary>
    /// <param name="value">The number.</param>
    /// <returns>Four digits after the point.</returns>
    public static string Loss(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>A number that may be very small.</summary>
    /// <param name="value">The number.</param>
    /// <returns>For example <c>1.20e-03</c>.</returns>
    public static string Scientific(double value) => value.ToString("0.00e+00", CultureInfo.InvariantCulture);

    /// <summary>A number as short as it can be.</summary>
    /// <param name="value">The number.</param>
    /// <returns>For example <c>0.1</c>.</returns>
    public static string Compact(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>A measured number with three digits, or all digits before the point.</summary>
    /// <param name="value">The number, at least 0.</param>
    /// <returns>For example <c>0.50</c>, <c>9.78</c>, <c>61.2</c>, <c>545</c> or <c>14,700</c>.</returns>
    public static string Measured(double value) =>
        value.ToString(value >= 99.95 ? "N0" : value >= 9.995 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    /// <summary>How many times as much one thing is as another.</summary>
    /// <param name="value">The number.</param>
    /// <returns>Two digits after the point.</returns>
    public static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>How often training passes over its data.</summary>
    /// <param name="value">The number of epochs.</param>
    /// <returns>For example <c>0.005% of an epoch</c> or <c>52,230 epochs</c>.</returns>
    public static string Epochs(double value) => value switch
    {
        < 0.00001 => "less than 0.001% of an epoch",
        < 0.995 => $"{(value * 100).ToString(value >= 0.01 ? "0.#" : "0.###", CultureInfo.InvariantCulture)}% of an epoch",
        < 1.005 => "1 epoch",
        _ => $"{value.ToString(value >= 99.5 ? "N0" : "0.##", CultureInfo.InvariantCulture)} epochs",
    };

    /// <summary>A share of a whole.</summary>
    /// <param name="value">The share, 1 for the whole.</param>
    /// <returns>For example <c>78.5%</c>.</returns>
    public static string Share(double value) => value.ToString("0.0%", CultureInfo.InvariantCulture);

    private static string WithUnit(double value, string[] units, string separator)
    {
        int unit = 0;
        // 999.5 is shown as 1000 with three digits, so it already belongs to the next unit.
        while (value >= 999.5 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        string format = unit == 0 || value >= 99.95 ? "0" : value >= 9.995 ? "0.0" : "0.00";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)}{separator}{units[unit]}";
    }
}
