using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;

namespace NGpt.Data.Preparation;

/// <summary>
/// Reads a corpus on one thread, tokenizes batches of it on several, and hands them out in the order of the corpus, so
/// that the result does not depend on the number of threads. Only a few batches are held at a time.
/// </summary>
internal sealed class TokenizingPipeline(ICorpus corpus, ITokenizer tokenizer, int threads)
{
    private const int InitialTokens = 1 << 18;

    /// <summary>Bytes of text in a batch: long enough that handing it over costs nothing, short enough to hold several.</summary>
    public long BatchBytes { get; init; } = 1 << 20;

    /// <summary>Reads and tokenizes from a place to the end of the corpus.</summary>
    public IEnumerable<TokenizedBatch> Run(CorpusPosition from, TextDivider divider, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var batches = new BlockingCollection<Task<TokenizedBatch>>(boundedCapacity: (2 * threads) + 1);
        var workers = new TaskFactory(new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, threads).ConcurrentScheduler);
        ExceptionDispatchInfo? failure = null;
        // Not cancelled from outside: it has to say that no more batches come, however it ends.
        Task reader = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        void Read()
        {
            try
            {
                foreach (RawBatch raw in Batches(from, divider, stop.Token))
                {
                    batches.Add(workers.StartNew(() => Tokenize(raw), CancellationToken.None), stop.Token);
                }
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
            finally
            {
                batches.CompleteAdding();
            }
        }

        try
        {
            foreach (Task<TokenizedBatch> batch in batches.GetConsumingEnumerable(cancellationToken))
            {
                yield return batch.GetAwaiter().GetResult();
            }

            failure?.Throw();
        }
        finally
        {
            // Whoever stops early must not leave a thread behind that reads.
            stop.Cancel();
            reader.Wait(CancellationToken.None);
        }
    }

    private IEnumerable<RawBatch> Batches(CorpusPosition from, TextDivider divider, CancellationToken cancellationToken)
    {
        var batch = new RawBatch();
        foreach (CorpusEntry entry in corpus.Read(from, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.Document is { } document)
            {
                batch.Pieces.AddRange(divider.Divide(document));
                batch.Bytes += document.Utf8.Length;
                batch.Repaired += entry.WasRepaired ? 1 : 0;
            }
            else
            {
                batch.Rejected.Add(entry.Rejected!);
            }

            (batch.Next, batch.SourceBytesRead, batch.TextPosition) = (entry.Next, entry.SourceBytesRead, divider.Position);
            if (batch.Bytes >= BatchBytes)
            {
                yield return batch;
                batch = new RawBatch();
            }
        }

        if (batch.Pieces.Count + batch.Rejected.Count > 0)
        {
            yield return batch;
        }
    }

    private TokenizedBatch Tokenize(RawBatch raw)
    {
        var tokens = new ArrayBufferWriter<int>(InitialTokens);
        var ends = new int[raw.Pieces.Count];
        for (int i = 0; i < ends.Length; i++)
        {
            if (raw.Pieces[i].Kind == TextPieceKind.Continuation)
            {
                tokenizer.EncodeContinuation(raw.Pieces[i].Utf8.Span, tokens);
            }
            else
            {
                tokenizer.Encode(raw.Pieces[i].Utf8.Span, tokens);
            }

            ends[i] = tokens.WrittenCount;
        }

        ReadOnlyMemory<int> written = tokens.WrittenMemory;
        TokenizedPiece[] pieces = [.. raw.Pieces.Select((piece, i) => new TokenizedPiece(
            piece.Kind == TextPieceKind.Beginning && piece.Hash is null ? piece with { Hash = HoldOut.ContentHash(piece.Utf8.Span) } : piece,
            written[(i == 0 ? 0 : ends[i - 1])..ends[i]]))];
        return new TokenizedBatch(pieces, raw.Rejected, raw.Repaired, raw.Next, raw.TextPosition, raw.SourceBytesRead);
    }

    private sealed class RawBatch
    {
        public List<TextPiece> Pieces { get; } = [];

        public List<RejectedDocument> Rejected { get; } = [];

        public long Bytes { get; set; }

        public int Repaired { get; set; }

        public CorpusPosition Next { get; set; }

        public long TextPosition { get; set; }

        public long SourceBytesRead { get; set; }
    }
}

/// <summary>Some neighbouring entries of a corpus, tokenized by one thread.</summary>
/// <param name="Pieces">The pieces in the order of the corpus.</param>
/// <param name="Rejected">What was left out among them.</param>
/// <param name="Repaired">Documents in which bytes were replaced.</param>
/// <param name="Next">The place behind the batch.</param>
/// <param name="TextPosition">Bytes of text up to there.</param>
/// <param name="SourceBytesRead">Bytes of the sources up to there.</param>
internal sealed record TokenizedBatch(
    IReadOnlyList<TokenizedPiece> Pieces,
    IReadOnlyList<RejectedDocument> Rejected,
    int Repaired,
    CorpusPosition Next,
    long TextPosition,
    long SourceBytesRead);

/// <summary>A piece of text as tokens.</summary>
/// <param name="Piece">The text, with its hash where it begins a document.</param>
/// <param name="Tokens">Its tokens.</param>
internal sealed record TokenizedPiece(TextPiece Piece, ReadOnlyMemory<int> Tokens);
