using System.Diagnostics;
using System.Runtime.ExceptionServices;
using NGpt.Core.Data;

namespace NGpt.Torch.Training;

/// <summary>
/// Reads the batches of a run on a thread of its own, a little ahead of the steps, into a few batches that are used in
/// turn. The windows and their order are those of the sampler, however fast either side is. That thread touches nothing
/// of libtorch, whose team of threads belongs to the thread that trains.
/// </summary>
public sealed class BatchPrefetcher : IDisposable
{
    // One is computed with, one is ready, one is being read.
    private const int BatchCount = 3;

    private readonly object _gate = new();
    private readonly IWindowSampler _sampler;
    private readonly TokenBatches _reader;
    private readonly TokenBatch[] _batches;
    private readonly long[] _windowStarts;
    private readonly Thread _thread;

    // Batches read and batches handed out so far; of the latter the last is still in use. Guarded by the gate.
    private long _read;
    private long _taken;
    private bool _isStopped;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Begins to read.</summary>
    /// <param name="sampler">Chooses the windows, from where it stands; belongs to the prefetcher from now on.</param>
    /// <param name="reader">Reads them; its tokens outlive the prefetcher.</param>
    /// <param name="batchSize">B, windows in a batch.</param>
    public BatchPrefetcher(IWindowSampler sampler, TokenBatches reader, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(reader);
        (_sampler, _reader, Position) = (sampler, reader, sampler.Position);
        _batches = [.. Enumerable.Range(0, BatchCount).Select(_ => reader.Create(batchSize))];
        _windowStarts = new long[batchSize];
        _thread = new Thread(ReadAhead) { IsBackground = true, Name = "batches" };
        _thread.Start();
    }

    /// <summary>Windows handed out, counted from the beginning of the run: where the sampler of a continued run must stand.</summary>
    public long Position { get; private set; }

    /// <summary>Time that <see cref="Next"/> has waited for the reader, in all.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>The next batch. Waits where it is not read yet.</summary>
    /// <returns>The batch; the next call may change its content.</returns>
    /// <exception cref="Core.Errors.NGptException">This batch could not be read; those before it were handed out. Any other exception of the reader comes here too.</exception>
    public TokenBatch Next()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopped, this);
            if (_read == _taken)
            {
                Wait();
            }

            TokenBatch batch = _batches[_taken % BatchCount];
            _taken++;
            Position += _windowStarts.Length;
            // The batch before this one is free now.
            Monitor.Pulse(_gate);
            return batch;
        }
    }

    /// <summary>Stops reading; the tokens may be closed afterwards.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopped = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
    }

    private void Wait()
    {
        long start = Stopwatch.GetTimestamp();
        while (_read == _taken)
        {
            _failure?.Throw();
            Monitor.Wait(_gate);
        }

        Waited += Stopwatch.GetElapsedTime(start);
    }

    private void ReadAhead()
    {
        try
        {
            while (WaitForRoom() is TokenBatch batch)
            {
                _sampler.NextBatch(_windowStarts.Length, _windowStarts);
                _reader.Read(_windowStarts, batch);
                lock (_gate)
                {
                    _read++;
                    Monitor.Pulse(_gate);
                }
            }
        }
        catch (Exception failure)
        {
            // Whatever it is, the step that needs the batch must fail with it, not the process.
            lock (_gate)
            {
                _failure = ExceptionDispatchInfo.Capture(failure);
                Monitor.Pulse(_gate);
            }
        }
    }

    // The batch to read next, once it is neither in use nor waiting to be used; null when the prefetcher stops.
    private TokenBatch? WaitForRoom()
    {
        lock (_gate)
        {
            // The batch handed out last is in use until the next one is.
            while (!_isStopped && _read - Math.Max(0, _taken - 1) == BatchCount)
            {
                Monitor.Wait(_gate);
            }

            return _isStopped ? null : _batches[_read % BatchCount];
        }
    }
}
