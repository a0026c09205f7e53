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

    private readonly EndOfTextMark _mark = new(tokenizer);

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
                batch.Pieces.AddRange(divider.Divide(document).Select(piece => (document.Name, piece)));
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
        var rejected = new RejectedDocument?[ends.Length];
        var answers = new List<Range>?[ends.Length];
        string? marked = null;
        for (int i = 0; i < ends.Length; i++)
        {
            (string name, TextPiece piece) = raw.Pieces[i];
            (answers[i], rejected[i]) = Encode(name, piece, tokens);
            ends[i] = tokens.WrittenCount;
            marked ??= piece.Answers is null && _mark.IsIn(piece.Utf8.Span) ? _mark.Warning(name) : null;
        }

        ReadOnlyMemory<int> written = tokens.WrittenMemory;
        TokenizedPiece[] pieces = [.. raw.Pieces.Select((named, i) => new TokenizedPiece(
            named.Piece.Kind == TextPieceKind.Beginning && named.Piece.Hash is null ? named.Piece with { Hash = HoldOut.ContentHash(named.Piece.Utf8.Span) } : named.Piece,
            written[(i == 0 ? 0 : ends[i - 1])..ends[i]],
            answers[i],
            rejected[i]))];
        return new TokenizedBatch(pieces, raw.Rejected, raw.Repaired, raw.Next, raw.TextPosition, raw.SourceBytesRead) { Warning = marked };
    }

    // The places of the answers' tokens among those of the piece, null where it is no conversation; or why it has no tokens.
    private (List<Range>? Answers, RejectedDocument? Rejected) Encode(string name, TextPiece piece, ArrayBufferWriter<int> tokens)
    {
        int first = tokens.WrittenCount;
        List<Range>? answers = piece.Answers is null ? null : [];
        int end = 0;
        foreach (DocumentSpan answer in piece.Answers ?? [])
        {
            if (EncodeTo(answer.Start) is { } before)
            {
                return (null, before);
            }

            int start = tokens.WrittenCount - first;
            if (EncodeTo(answer.End) is { } inside)
            {
                return (null, inside);
            }

            answers!.Add(start..(tokens.WrittenCount - first));
        }

        return EncodeTo(piece.Utf8.Length) is { } rest ? (null, rest) : (answers, null);

        RejectedDocument? EncodeTo(int next)
        {
            bool isContinuation = end > 0 || piece.Kind == TextPieceKind.Continuation;
            ReadOnlySpan<byte> part = piece.Utf8.Span[end..next];
            end = next;
            return part.IsEmpty ? null : DocumentEncoding.TryEncode(tokenizer, name, part, isContinuation, tokens);
        }
    }

    private sealed class RawBatch
    {
        public List<(string Document, TextPiece Piece)> Pieces { get; } = [];

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
    long SourceBytesRead)
{
    /// <summary>Something the user should know about its first such document; or null.</summary>
    public string? Warning { get; init; }
}

/// <summary>A piece of text as tokens.</summary>
/// <param name="Piece">The text, with its hash where it begins a document.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Answers">Where the tokens of a conversation's answers lie among them, ascending; null where it is no conversation.</param>
/// <param name="Rejected">Why it has no tokens, where the vocabulary has none for something in it; else null.</param>
internal sealed record TokenizedPiece(TextPiece Piece, ReadOnlyMemory<int> Tokens, IReadOnlyList<Range>? Answers, RejectedDocument? Rejected);
