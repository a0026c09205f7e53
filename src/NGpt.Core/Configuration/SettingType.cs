using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Configuration;

/// <summary>How values of one type are read and written, as text and in JSON.</summary>
/// <param name="Kind">The type of the value.</param>
/// <param name="Parse">Reads text; returns what is wrong with it, or null.</param>
/// <param name="Format">Writes text.</param>
/// <param name="WriteJson">Writes a JSON property.</param>
/// <param name="ReadJson">Reads a JSON property; records a problem where it is missing or wrong.</param>
internal sealed record SettingType<T>(
    SettingKind Kind, SettingType<T>.Parser Parse, Func<T, string> Format, Action<Utf8JsonWriter, string, T> WriteJson, Func<JsonObjectReader, string, T> ReadJson)
    where T : notnull
{
    public delegate string? Parser(string text, [MaybeNull] out T value);
}

/// <summary>The types of values that settings have.</summary>
internal static class SettingTypes
{
    private const NumberStyles IntegerStyle = NumberStyles.AllowLeadingSign | NumberStyles.AllowTrailingWhite;

    public static SettingType<string> Text { get; } = OfText((string text, out string? value) =>
    {
        value = text;
        return null;
    });

    /// <summary>One or more sources of data, one a line: a list of texts in files.</summary>
    public static SettingType<string> DataSources { get; } = new(
        SettingKind.TextList,
        (string text, out string? value) =>
        {
            value = text;
            return ProblemOf(text) ?? DataSource.TryParseAll(text, out _);
        },
        value => value,
        (json, key, value) =>
        {
            if (!value.Contains(DataSource.Separator, StringComparison.Ordinal))
            {
                json.WriteString(key, value);
                return;
            }

            json.WriteStartArray(key);
            foreach (string source in value.Split(DataSource.Separator))
            {
                json.WriteStringValue(source);
            }

            json.WriteEndArray();
        },
        (json, key) => json.TextOrTexts(key, DataSource.Separator));

    public static SettingType<bool> Flag { get; } = new(
        SettingKind.Flag, ParseFlag, value => value ? "true" : "false", (json, key, value) => json.WriteBoolean(key, value), (json, key) => json.Flag(key));

    public static SettingType<int> Integer { get; } = new(
        SettingKind.Integer,
        (string text, out int value) =>
            int.TryParse(WithoutSeparators(text), IntegerStyle, CultureInfo.InvariantCulture, out value) ? null
            : ParseLong(text, out _) is null ? $"{text} is too large" : NotA("an integer", text),
        value => value.ToString(CultureInfo.InvariantCulture),
        (json, key, value) => json.WriteNumber(key, value),
        (json, key) => json.Integer(key));

    public static SettingType<long> Long { get; } = new(
        SettingKind.Integer,
        ParseLong,
        value => value.ToString(CultureInfo.InvariantCulture),
        (json, key, value) => json.WriteNumber(key, value),
        (json, key) => json.Long(key));

    /// <summary>A finite number.</summary>
    public static SettingType<double> Number { get; } = new(
        SettingKind.Number,
        (string text, out double value) =>
            double.TryParse(WithoutSeparators(text), NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value)
                ? null
                : NotA("a number", text),
        value => value.ToString("R", CultureInfo.InvariantCulture),
        (json, key, value) => json.WriteNumber(key, value),
        (json, key) => json.Number(key));

    public static SettingType<TimeSpan> Duration { get; } = new(
        SettingKind.Duration,
        ParseDuration,
        value => value.TotalSeconds.ToString("R", CultureInfo.InvariantCulture),
        (json, key, value) => json.WriteNumber(key, value.TotalSeconds),
        (json, key) => TimeSpan.FromSeconds(json.Number(key)));

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>, in lower case.</summary>
    public static SettingType<string> Device { get; } = Word(word =>
        word.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(word.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < 1024
                ? null
                : OneOf(word, "auto", "cpu", "cuda", "cuda:N"));

    public static SettingType<string> DataType { get; } = Word(word => word switch
    {
        "fp16" or "float16" or "half" => $"{word} is not supported; use bf16 or float32",
        "fp32" => "use float32 for fp32",
        "bfloat16" => null,
        _ => OneOf(word, "auto", "bf16", "float32"),
    });

    public static SettingType<string> Engine { get; } = Word(word => OneOf(word, "auto", "fast", "plain"));

    /// <summary>The name of a tokenizer, or a path.</summary>
    public static SettingType<string> Tokenizer { get; } = OfText((string text, out string? value) =>
    {
        value = text;
        try
        {
            _ = TokenizerChoice.Parse(text);
            return null;
        }
        catch (UsageException problem)
        {
            return problem.Remedy is string remedy ? $"{problem.Message}; {remedy}" : problem.Message;
        }
    });

    /// <summary>One of a few words.</summary>
    public static SettingType<T> Choice<T>(ChoiceNames<T> names)
        where T : struct, Enum => new(
        SettingKind.Text,
        (string text, out T value) => names.TryParse(text, out value) ? null : $"\"{text}\" is not one of {names}",
        names.NameOf,
        (json, key, value) => json.WriteString(key, names.NameOf(value)),
        (json, key) => json.Choice(key, names));

    private static SettingType<string> OfText(SettingType<string>.Parser parse) => new(
        SettingKind.Text,
        (string text, out string? value) =>
        {
            value = text;
            return ProblemOf(text) ?? parse(text, out value);
        },
        value => value, (json, key, value) => json.WriteString(key, value), (json, key) => json.Text(key));

    // Most are or may be paths, which cannot have such a character; a command line has none, but a file can.
    private static string? ProblemOf(string text) =>
        text.Length == 0 ? "the value is empty" : text.Contains('\0', StringComparison.Ordinal) ? "the value has a NUL character" : null;

    private static SettingType<string> Word(Func<string, string?> check) => OfText((string text, out string? value) =>
    {
        value = text.ToLowerInvariant();
        return check(value);
    });

    private static string? OneOf(string word, params string[] allowed)
    {
        if (Array.IndexOf(allowed, word) >= 0 && word != "cuda:n")
        {
            return null;
        }

        string hint = Spelling.Nearest(word, allowed) is string nearest ? $" (did you mean {nearest}?)" : "";
        return $"\"{word}\" is not one of {string.Join(", ", allowed)}{hint}";
    }

    private static string? ParseFlag(string text, out bool value)
    {
        value = text.Equals("true", StringComparison.OrdinalIgnoreCase) || text == "1";
        return value || text.Equals("false", StringComparison.OrdinalIgnoreCase) || text == "0"
            ? null
            : $"\"{text}\" is not true or false";
    }

    private static string? ParseLong(string text, out long value) =>
        long.TryParse(WithoutSeparators(text), IntegerStyle, CultureInfo.InvariantCulture, out value)
            ? null
            : NotA("an integer", text);

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

    private static string WithoutSeparators(string text) => text.Replace("_", "", StringComparison.Ordinal);

    private static string NotA(string what, string text) => $"\"{text}\" is not {what}";
}

/// <summary>The allowed values of a number.</summary>
internal sealed record NumberRange(double Min, double Max = double.PositiveInfinity)
{
    /// <summary>Whether the minimum itself is not allowed.</summary>
    public bool ExcludesMin { get; init; }

    /// <summary>Whether the maximum itself is not allowed.</summary>
    public bool ExcludesMax { get; init; }

    /// <summary>What the minimum stands for, for example <c>off</c>, or null.</summary>
    public string? MinMeaning { get; init; }

    /// <summary>Whether the maximum only keeps numbers finite: a message names it only where it is exceeded.</summary>
    public bool HasTechnicalMax { get; init; }

    public static NumberRange AtLeast(double min) => new(min);

    public static NumberRange Above(double min) => new(min) { ExcludesMin = true };

    public static NumberRange Between(double min, double max) => new(min, max);

    /// <summary>What is wrong with a value, to follow its name; null where it is in the range.</summary>
    public string? Problem(object value)
    {
        double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        bool isHighEnough = ExcludesMin ? number > Min : number >= Min;
        bool isLowEnough = double.IsFinite(number) && (ExcludesMax ? number < Max : number <= Max);
        return isHighEnough && isLowEnough
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"must be {Describe(isHighEnough && number > Max && double.IsFinite(number))}, not {value}");
    }

    private string Describe(bool isTooHigh)
    {
        string above = ExcludesMin ? $"above {Min}" : MinMeaning is not null ? $"{Min} ({MinMeaning}) or more" : $"at least {Min}";
        string below = ExcludesMax ? $"below {Max}" : $"at most {Max}";
        return double.IsPositiveInfinity(Max) || (HasTechnicalMax && !isTooHigh) ? above
            : HasTechnicalMax ? below
            : ExcludesMin || ExcludesMax ? $"{above} and {below}"
            : $"between {Min} and {Max}";
    }
}
