using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace NGpt.Cli;

/// <summary>
/// Reads the numbers of all options. The parser's own reading takes commas for separators of thousands, and names .NET types
/// where a value is wrong.
/// </summary>
internal static class NumberValues
{
    private const NumberStyles IntegerStyle = NumberStyles.AllowLeadingSign;

    /// <summary>Makes the options of a command and of all below it read numbers as written here.</summary>
    public static void SetParsers(Command command)
    {
        foreach (Option option in command.Options)
        {
            SetParser(option);
        }

        foreach (Command child in command.Subcommands)
        {
            SetParsers(child);
        }
    }

    private static void SetParser(Option option)
    {
        switch (option)
        {
            case Option<int> number:
                number.CustomParser ??= argument => Integer<int>(argument) ?? default;
                break;
            case Option<int?> number:
                number.CustomParser ??= Integer<int>;
                break;
            case Option<long> number:
                number.CustomParser ??= argument => Integer<long>(argument) ?? default;
                break;
            case Option<long?> number:
                number.CustomParser ??= Integer<long>;
                break;
            case Option<double> number:
                number.CustomParser ??= argument => Fraction(argument) ?? default;
                break;
            case Option<double?> number:
                number.CustomParser ??= Fraction;
                break;
        }
    }

    private static T? Integer<T>(ArgumentResult argument)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        string text = Text(argument);
        if (T.TryParse(Digits(text), IntegerStyle, CultureInfo.InvariantCulture, out T value))
        {
            return value;
        }

        bool isWhole = Digits(text).TrimStart('-', '+') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit);
        Reject(argument, isWhole ? $"{text} is outside {T.MinValue} to {T.MaxValue}" : $"\"{text}\" is not an integer");
        return null;
    }

    private static double? Fraction(ArgumentResult argument)
    {
        string text = Text(argument);
        if (double.TryParse(Digits(text), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
        {
            return value;
        }

        Reject(argument, $"\"{text}\" is not a number");
        return null;
    }

    private static string Text(ArgumentResult argument) => argument.Tokens[^1].Value;

    // As the settings of a run can be written: 100_000.
    private static string Digits(string text) => text.Replace("_", "", StringComparison.Ordinal);

    // Named as the user wrote it, which may be another name of the option.
    private static void Reject(ArgumentResult argument, string problem) =>
        argument.AddError($"{(argument.Parent as OptionResult)?.IdentifierToken?.Value}: {problem}");
}
