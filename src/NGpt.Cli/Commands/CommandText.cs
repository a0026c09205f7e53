using System.CommandLine;
using System.Globalization;
using NGpt.Core.Errors;

namespace NGpt.Cli.Commands;

/// <summary>A call as it can be typed again.</summary>
internal static class CommandText
{
    private const string Plain = "-_./:=,%@+~";

    /// <summary>Writes a call.</summary>
    public static string Of(ParseResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return string.Join(' ', result.Tokens.Select(token => Quoted(token.Value)).Prepend("ngpt"));
    }

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || Plain.Contains(letter, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}

/// <summary>Reads a list of numbers, separated by commas.</summary>
internal static class NumberList
{
    /// <summary>Reads a list.</summary>
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
