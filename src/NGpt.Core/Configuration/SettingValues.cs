using System.Globalization;

namespace NGpt.Core.Configuration;

/// <summary>The kinds of values that settings have.</summary>
internal static class SettingValues
{
    private const NumberStyles IntegerStyle = NumberStyles.AllowLeadingSign | NumberStyles.AllowTrailingWhite;

    public static SettingValue<string> Text { get; } = new(SettingKind.Text, ParseText, value => value);

    public static SettingValue<bool> Flag { get; } = new(SettingKind.Flag, ParseFlag, value => value ? "true" : "false");

    public static SettingValue<long> Long { get; } = new(SettingKind.Integer, ParseLong, value => value.ToString(CultureInfo.InvariantCulture));

    public static SettingValue<TimeSpan> Duration { get; } = new(
        SettingKind.Duration, ParseDuration, value => value.TotalSeconds.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>A whole number; the least is given only where no configuration record checks the range.</summary>
    public static SettingValue<int> Integer(int min = int.MinValue) => new(
        SettingKind.Integer,
        (string text, out int value) =>
        {
            if (int.TryParse(text.Replace("_", "", StringComparison.Ordinal), IntegerStyle, CultureInfo.InvariantCulture, out value))
            {
                return value < min ? $"{value} is below {min}" : null;
            }

            return ParseLong(text, out _) is null ? $"{text} is too large" : NotA("whole number", text);
        },
        value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A whole number beyond the range of counts, not below the least.</summary>
    public static SettingValue<long> LongInteger(long min) => new(
        SettingKind.Integer,
        (string text, out long value) => ParseLong(text, out value) ?? (value < min ? $"{value} is below {min}" : null),
        value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A finite number, strictly between the bounds where there are any.</summary>
    public static SettingValue<double> Number(double above = double.NegativeInfinity, double below = double.PositiveInfinity) => new(
        SettingKind.Number,
        (string text, out double value) =>
        {
            if (!double.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out value)
                || !double.IsFinite(value))
            {
                return NotA("number", text);
            }

            return value > above && value < below ? null : $"{text} is not between {above} and {below}";
        },
        value => value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>One of a few words.</summary>
    public static SettingValue<T> OneOf<T>(ChoiceNames<T> names)
        where T : struct, Enum => new(
        SettingKind.Text,
        (string text, out T value) => names.TryParse(text, out value) ? null : $"\"{text}\" is not one of {names}",
        names.NameOf);

    /// <summary>Text for which a check finds no problem; it is kept in lower case.</summary>
    public static SettingValue<string> Word(Func<string, string?> check) => new(
        SettingKind.Text,
        (string text, out string? value) =>
        {
            value = text.ToLowerInvariant();
            return check(value);
        },
        value => value);

    /// <summary>Text for which a check finds no problem, a path or a name.</summary>
    public static SettingValue<string> Checked(Func<string, string?> check) => new(
        SettingKind.Text,
        (string text, out string? value) =>
        {
            value = text;
            return text.Length == 0 ? "the value is empty" : check(text);
        },
        value => value);

    private static string? ParseText(string text, out string value)
    {
        value = text;
        return text.Length == 0 ? "the value is empty" : null;
    }

    private static string? ParseFlag(string text, out bool value)
    {
        value = text.Equals("true", StringComparison.OrdinalIgnoreCase) || text == "1";
        return value || text.Equals("false", StringComparison.OrdinalIgnoreCase) || text == "0"
            ? null
            : $"\"{text}\" is not true or false";
    }

    private static string? ParseLong(string text, out long value) =>
        long.TryParse(text.Replace("_", "", StringComparison.Ordinal), IntegerStyle, CultureInfo.InvariantCulture, out value)
            ? null
            : NotA("whole number", text);

    private static string? ParseDuration(string text, out TimeSpan value)
    {
        (string number, double unit) = text switch
        {
            [.. string start, 's' or 'S'] => (start, 1),
            [.. string start, 'm' or 'M'] => (start, 60),
            [.. string start, 'h' or 'H'] => (start, 3600),
            _ => (text, 1.0),
        };
        value = default;
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double amount))
        {
            return $"\"{text}\" is not a time (seconds, or for example 90s, 6m, 1h)";
        }

        double seconds = amount * unit;
        // A year: far beyond any run, and far from overflowing.
        if (seconds is not (> 0 and <= 366.0 * 86_400))
        {
            return $"\"{text}\" is not above 0 and at most a year";
        }

        value = TimeSpan.FromSeconds(seconds);
        return null;
    }

    private static string NotA(string what, string text) => $"\"{text}\" is not a {what}";
}
