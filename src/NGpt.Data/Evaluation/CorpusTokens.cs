using System.Buffers;
using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;

namespace NGpt.Data.Evaluation;

/// <summary>A whole text as tokens in memory, documents one after the other as a prepared dataset has them.</summary>
/// <param name="Tokens">The tokens.</param>
/// <param name="LeftOut">What was left out, by the kind of the reason.</param>
internal sealed record CorpusTokens(TokenMemory Tokens, IReadOnlyList<LeftOut> LeftOut)
{
    // 1 GiB of memory. More takes days to measure on a processor, and token files have no such limit.
    private const int MaxTokensInMemory = 1 << 28;

    /// <summary>Reads a text.</summary>
    public static CorpusTokens Read(ICorpus corpus, ITokenizer tokenizer, long? maxTokens, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<int> tokens = new(1 << 16);
        // The first token cannot be predicted.
        long wanted = Math.Min(maxTokens ?? MaxTokensInMemory, MaxTokensInMemory) + 1;
        IReadOnlyList<LeftOut> leftOut = [];
        (long documents, long bytes) = (0, 0);
        int lineFeedsAtEnd = 0;
        bool isDropped = false;
        EndOfTextMark mark = new(tokenizer);
        bool hasWarned = false;
        ArrayBufferWriter<int> part = new(1 << 16);
        foreach (CorpusEntry entry in corpus.Read(default, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.Document is not Document document)
            {
                leftOut = Corpora.LeftOut.Add(leftOut, [entry.Rejected!]);
                continue;
            }

            if (document.IsContinuation && isDropped)
            {
                continue;
            }

            ReadOnlySpan<byte> text = document.Utf8.Span;
            part.ResetWrittenCount();
            RejectedDocument? problem = DocumentEncoding.TryEncode(tokenizer, document.Name, text, document.IsContinuation, part);
            isDropped = problem is not null;
            if (problem is not null)
            {
                leftOut = Corpora.LeftOut.Add(leftOut, [problem]);
                continue;
            }

            if (!document.IsContinuation)
            {
                Separate(tokens, tokenizer, documents++, lineFeedsAtEnd);
            }

            if (!hasWarned && mark.IsIn(text))
            {
                progress?.Report(new DatasetProgress(DatasetStage.Tokenizing, documents, bytes, mark.Warning(document.Name)));
                hasWarned = true;
            }

            tokens.Write(part.WrittenSpan);
            int other = text.LastIndexOfAnyExcept((byte)'\n');
            lineFeedsAtEnd = other < 0 ? lineFeedsAtEnd + text.Length : text.Length - other - 1;
            bytes += text.Length;
            progress?.Report(new DatasetProgress(DatasetStage.Tokenizing, documents, bytes) { SourceBytesRead = entry.SourceBytesRead, SourceBytes = corpus.SourceBytes });
            if (tokens.WrittenCount >= wanted)
            {
                break;
            }
        }

        if (tokens.WrittenCount == 0 && leftOut is [{ First: { } first }, ..])
        {
            throw new UsageException($"{corpus.Description}: nothing is left of the text; {leftOut.Sum(reason => reason.Count):N0} left out, the first: {first.Name}: {first.Reason}", "give other text");
        }

        return maxTokens is null or > MaxTokensInMemory && tokens.WrittenCount > MaxTokensInMemory
            ? throw new UsageException(
                $"{corpus.Description}: the text has more than {MaxTokensInMemory:N0} tokens", "give --max-tokens, or prepare it first with ngpt data prepare")
            : new CorpusTokens(new TokenMemory(tokens.WrittenMemory), leftOut);
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
