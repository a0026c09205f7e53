using System.Buffers;
using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;

namespace NGpt.Data.Evaluation;

/// <summary>A whole text as tokens in memory, documents one after the other as a prepared dataset has them.</summary>
/// <param name="Tokens">The tokens.</param>
/// <param name="FirstRejected">The first thing that was left out, or null.</param>
/// <param name="RejectedCount">How many were.</param>
internal sealed record CorpusTokens(TokenMemory Tokens, RejectedDocument? FirstRejected, long RejectedCount)
{
    // 1 GiB of memory. More takes days to measure on a processor, and token files have no such limit.
    private const int MaxTokensInMemory = 1 << 28;

    /// <summary>Reads a text.</summary>
    public static CorpusTokens Read(ICorpus corpus, ITokenizer tokenizer, long? maxTokens, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<int> tokens = new(1 << 16);
        // The first token cannot be predicted.
        long wanted = Math.Min(maxTokens ?? MaxTokensInMemory, MaxTokensInMemory) + 1;
        (RejectedDocument? rejected, long rejectedCount, long documents, long bytes) = (null, 0, 0, 0);
        int lineFeedsAtEnd = 0;
        foreach (CorpusEntry entry in corpus.Read(default, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.Document is not Document document)
            {
                rejected ??= entry.Rejected;
                rejectedCount++;
                continue;
            }

            if (!document.IsContinuation)
            {
                Separate(tokens, tokenizer, documents++, lineFeedsAtEnd);
            }

            ReadOnlySpan<byte> text = document.Utf8.Span;
            if (document.IsContinuation)
            {
                tokenizer.EncodeContinuation(text, tokens);
            }
            else
            {
                tokenizer.Encode(text, tokens);
            }

            int other = text.LastIndexOfAnyExcept((byte)'\n');
            lineFeedsAtEnd = other < 0 ? lineFeedsAtEnd + text.Length : text.Length - other - 1;
            bytes += text.Length;
            progress?.Report(new DatasetProgress(DatasetStage.Tokenizing, documents, bytes) { SourceBytesRead = entry.SourceBytesRead, SourceBytes = corpus.SourceBytes });
            if (tokens.WrittenCount >= wanted)
            {
                break;
            }
        }

        return maxTokens is null or > MaxTokensInMemory && tokens.WrittenCount > MaxTokensInMemory
            ? throw new UsageException(
                $"{corpus.Description}: the text has more than {MaxTokensInMemory:N0} tokens", "give --max-tokens, or prepare it first with ngpt data prepare")
            : new CorpusTokens(new TokenMemory(tokens.WrittenMemory), rejected, rejectedCount);
    }

    // As in preparation: a token before each document, or a blank line between two.
    private static void Separate(ArrayBufferWriter<int> tokens, ITokenizer tokenizer, long documentsBefore, int lineFeedsAtEnd)
    {
        if (tokenizer.EndOfText is int separator)
        {
            tokens.Write([separator]);
        }
        else if (documentsBefore > 0)
        {
            tokenizer.Encode("\n\n"u8[Math.Min(2, lineFeedsAtEnd)..], tokens);
        }
    }
}
