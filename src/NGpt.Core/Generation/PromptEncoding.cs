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
        return Begin(tokenizer, tokenizer.Encode(prompt));
    }

    /// <summary>The tokens that a text is continued from, if they are not too many: encoding ends as soon as that is known.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="prompt">The beginning; empty to begin a new document.</param>
    /// <param name="maxTokens">The largest number of tokens that is of use.</param>
    /// <returns>At least one token; null where there are more than <paramref name="maxTokens"/>.</returns>
    /// <exception cref="UsageException">The prompt has characters that are not in the vocabulary.</exception>
    public static int[]? EncodePromptAtMost(this ITokenizer tokenizer, string prompt, int maxTokens)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return tokenizer.EncodeAtMost(prompt, maxTokens) is int[] tokens && Begin(tokenizer, tokens) is { } begun && begun.Length <= maxTokens ? begun : null;
    }

    // A prompt of spaces alone has no tokens where the tokenizer removes spaces.
    private static int[] Begin(ITokenizer tokenizer, int[] tokens) =>
        tokens.Length == 0 ? tokenizer.EndOfText is int endOfText ? [endOfText] : DocumentBreakTokens(tokenizer)
        : tokenizer is { BeginsPrompts: true, EndOfText: int begin } ? [begin, .. tokens]
        : tokens;

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
