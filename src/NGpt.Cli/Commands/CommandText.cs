using System.CommandLine;

namespace NGpt.Cli.Commands;

/// <summary>A call as it can be typed again.</summary>
internal static class CommandText
{
    private const string Plain = "-_./:=,%@+~";

    /// <summary>Writes a call.</summary>
    /// <param name="result">The parsed command line.</param>
    /// <returns>For example <c>ngpt compare --quick</c>; words with spaces or other special characters are quoted for a shell.</returns>
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
