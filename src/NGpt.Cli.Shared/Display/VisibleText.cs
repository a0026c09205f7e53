using NGpt.Core.Generation;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>
/// Makes generated text safe to show on a terminal: a model can write any character, also those that move the cursor
/// or switch the terminal to another mode.
/// </summary>
public static class VisibleText
{
    /// <summary>Replaces control characters, except line ends and tabs, by visible signs.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>Text of the same length without control characters.</returns>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Create(text.Length, text, (visible, source) =>
        {
            for (int i = 0; i < source.Length; i++)
            {
                visible[i] = source[i] switch
                {
                    '\n' or '\t' => source[i],
                    < ' ' => (char)('\u2400' + source[i]),
                    '\u007f' => '\u2421',
                    >= '\u0080' and <= '\u009f' => '\ufffd',
                    _ => source[i],
                };
            }
        });
    }

    /// <summary>Whether a writer leads to a terminal.</summary>
    /// <param name="output">Standard output or standard error.</param>
    /// <returns>False for files, pipes and writers in memory.</returns>
    public static bool IsNeeded(TextWriter output) => new AnsiConsoleOutput(output).IsTerminal;
}

/// <summary>Why a generation ended.</summary>
internal static class EndText
{
    /// <summary>Names what ended a text.</summary>
    public static string Of(StopReason reason) => reason switch
    {
        StopReason.MaxTokens => "the limit of --max-tokens",
        StopReason.StopString => "a stop string",
        StopReason.EndOfText => "the end of the document",
        StopReason.StopToken => "a stop token",
        StopReason.Complete => "the end of the JSON text",
        _ => "your request",
    };
}
