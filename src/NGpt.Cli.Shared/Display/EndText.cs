using NGpt.Core.Generation;

namespace NGpt.Cli.Display;

/// <summary>Why a text ended, for people.</summary>
internal static class EndText
{
    /// <summary>Names what ended a text.</summary>
    /// <param name="reason">The reason.</param>
    /// <returns>Words that follow "ended by".</returns>
    public static string Of(StopReason reason) => reason switch
    {
        StopReason.MaxTokens => "the limit of --max-tokens",
        StopReason.StopString => "a stop string",
        StopReason.EndOfText => "the end of the document",
        _ => "your request",
    };
}
