using System.Collections.Concurrent;

namespace NGpt.Core.Tokenizers.Training;

/// <summary>
/// Counts the pieces of a text in the background, in memory that is bounded by the different pieces: a few batches wait at a
/// time, and every thread empties its own small table into the common one. Sums do not depend on who adds them up, and where a
/// long document is cut depends on the document alone. For one caller at a time.
/// </summary>
internal sealed class PieceCounter : IDisposable
{
    private const int MaxOwnPieces = 1 << 17;

    private readonly SplitPattern _pattern;
    private readonly int _threads;
    private readonly PieceCounts _common = new();
    private readonly SemaphoreSlim _free;
    private readonly ConcurrentBag<PieceCounts> _own = [];
    private readonly ConcurrentBag<TextBatch> _empty = [];
    private readonly ConcurrentQueue<Exception> _failures = [];
    private TextBatch _batch = new();

    /// <summary>Begins to count.</summary>
    public PieceCounter(SplitPattern pattern, int threads) => (_pattern, _threads, _free) = (pattern, threads, new SemaphoreSlim(threads));

    /// <summary>Counts a document.</summary>
    public void Add(ReadOnlySpan<byte> text, CancellationToken cancellationToken)
    {
        while (!text.IsEmpty)
        {
            int length = PartLength(text);
            if (_batch.Length + length > TextBatch.Capacity)
            {
                Hand(cancellationToken);
            }

            _batch.Add(text[..length]);
            text = text[length..];
        }
    }

    /// <summary>Waits for all that was added.</summary>
    public PieceCounts Finish(CancellationToken cancellationToken)
    {
        Hand(cancellationToken);
        int held = 0;
        try
        {
            for (; held < _threads; held++)
            {
                _free.Wait(cancellationToken);
            }
        }
        finally
        {
            if (held > 0)
            {
                _free.Release(held);
            }
        }

        ThrowFailure();
        foreach (PieceCounts own in _own)
        {
            Empty(own);
        }

        return _common;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = 0; i < _threads; i++)
        {
            _free.Wait();
        }

        _free.Dispose();
    }

    /// <summary>A space after something else begins a piece in every pattern that cuts words: the last one is where a long document is cut.</summary>
    private static int PartLength(ReadOnlySpan<byte> text)
    {
        const int Searched = 1 << 12;
        if (text.Length <= TextBatch.Capacity)
        {
            return text.Length;
        }

        for (int end = TextBatch.Capacity; end > TextBatch.Capacity - Searched; end--)
        {
            if (text[end] == (byte)' ' && text[end - 1] is > (byte)' ' and < 0x7F)
            {
                return end;
            }
        }

        int character = TextBatch.Capacity;
        while (character > TextBatch.Capacity - 3 && (text[character] & 0xC0) == 0x80)
        {
            character--;
        }

        return character;
    }

    private void Hand(CancellationToken cancellationToken)
    {
        ThrowFailure();
        if (_batch.Length == 0)
        {
            return;
        }

        _free.Wait(cancellationToken);
        TextBatch full = _batch;
        _batch = _empty.TryTake(out TextBatch? empty) ? empty : new TextBatch();
        ThreadPool.UnsafeQueueUserWorkItem(Count, full, preferLocal: false);
    }

    private void Count(TextBatch batch)
    {
        try
        {
            PieceCounts own = _own.TryTake(out PieceCounts? kept) ? kept : new PieceCounts();
            batch.Count(_pattern, own);
            if (own.Count > MaxOwnPieces)
            {
                Empty(own);
            }

            _own.Add(own);
            batch.Clear();
            _empty.Add(batch);
        }
        catch (Exception failure)
        {
            _failures.Enqueue(failure);
        }
        finally
        {
            _free.Release();
        }
    }

    private void Empty(PieceCounts own)
    {
        lock (_common)
        {
            for (int index = 0; index < own.Count; index++)
            {
                _common.Add(own.Piece(index), own.Occurrences(index));
            }
        }

        own.Clear();
    }

    private void ThrowFailure()
    {
        if (_failures.TryPeek(out Exception? failure))
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }
}
