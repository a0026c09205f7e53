using System.Globalization;
using NGpt.Core.Errors;

namespace NGpt.Cli.Commands;

/// <summary>Reads a list of numbers, separated by commas.</summary>
internal static class NumberList
{
    /// <summary>Reads a list.</summary>
    /// <param name="option">Name of the option, with dashes.</param>
    /// <param name="text">What was given, or null.</param>
    /// <returns>The numbers; null where nothing was given. A number that ends with % is divided by 100.</returns>
    /// <exception cref="UsageException">A part is no number.</exception>
    public static IReadOnlyList<double>? Read(string option, string? text) =>
        text is null ? null : [.. text.Split(',', StringSplitOptions.TrimEntries).Select(part => Number(option, part))];

    private static double Number(string option, string part)
    {
        bool isShare = part.EndsWith('%');
        return double.TryParse(isShare ? part[..^1] : part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? isShare ? value / 100 : value
            : throw new UsageException($"{option}: \"{part}\" is not a number", "give numbers separated by commas");
    }
}
