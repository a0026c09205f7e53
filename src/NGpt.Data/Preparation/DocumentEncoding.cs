using System.Buffers;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;

namespace NGpt.Data.Preparation;

/// <summary>Documents as tokens; one that has no tokens is named instead of ending everything.</summary>
internal static class DocumentEncoding
{
    /// <summary>Appends the tokens of a document, or of a further piece of one.</summary>
    /// <returns>Null, or why it cannot be encoded; then nothing was appended.</returns>
    public static RejectedDocument? TryEncode(ITokenizer tokenizer, string name, ReadOnlySpan<byte> utf8, bool isContinuation, IBufferWriter<int> tokens)
    {
        try
        {
            if (isContinuation)
            {
                tokenizer.EncodeContinuation(utf8, tokens);
            }
            else
            {
                tokenizer.Encode(utf8, tokens);
            }

            return null;
        }
        catch (UsageException error)
        {
            return new RejectedDocument(name, isContinuation ? $"in a later part of it: {error.Message}" : error.Message) { Beginning = TextBeginning.Of(utf8) };
        }
    }
}
