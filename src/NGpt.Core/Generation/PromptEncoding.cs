using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Generation;

/// <summary>Prompts as tokens.</summary>
public static class PromptEncoding
{
    // What often stands between two documents, where the vocabulary has no token for it.
    private const string DocumentBreak = "\n\n";

    /// <summary>The tokens that a text is continued from.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="prompt">The beginning; empty to begin a new document.</param>
    /// <returns>At least one token.</returns>
    /// <exception cref="UsageException">The prompt has characters that are not in the vocabulary.</exception>
    public static int[] EncodePrompt(this ITokenizer tokenizer, string prompt)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(prompt);
        if (prompt.Length > 0 && tokenizer.Encode(prompt) is { Length: > 0 } tokens)
        {
            return tokenizer is { BeginsPrompts: true, EndOfText: int begin } ? [begin, .. tokens] : tokens;
        }

        // A prompt of spaces alone has no tokens where the tokenizer removes spaces.
        return tokenizer.EndOfText is int endOfText ? [endOfText] : DocumentBreakTokens(tokenizer);
    }

    private static int[] DocumentBreakTokens(ITokenizer tokenizer)
    {
        try
        {
            return tokenizer.Encode(DocumentBreak) is { Length: > 0 } tokens ? tokens : [0];
        }
        catch (UsageException)
        {
            // A vocabulary of characters from a text without line ends: any token may begin.
            return [0];
        }
    }
}
