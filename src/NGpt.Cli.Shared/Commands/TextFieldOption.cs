using System.CommandLine;
using NGpt.Core.Errors;

namespace NGpt.Cli.Commands;

/// <summary><c>--text-field</c>: where records have their text.</summary>
internal static class TextFieldOption
{
    /// <summary>Creates the option.</summary>
    public static Option<string[]> Create() => new("--text-field")
    {
        Description = "Field or column that holds the text of JSON lines and Parquet files, a.b for one inside of an object; given several times, the texts are joined by a blank line; default text",
        HelpName = "NAME",
    };

    /// <summary>The fields in their order; none where none is given.</summary>
    /// <exception cref="UsageException">A field is empty, or given twice.</exception>
    public static IReadOnlyList<string> Read(ParseResult result, Option<string[]> option) => result.GetValue(option) switch
    {
        null or [] => [],
        string[] fields when fields.Contains("") => throw new UsageException($"{option.Name} is empty"),
        string[] fields when fields.Distinct(StringComparer.Ordinal).Count() < fields.Length => throw new UsageException($"{option.Name} names a field twice"),
        string[] fields => fields,
    };
}
