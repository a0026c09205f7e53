using System.Diagnostics;
using System.Runtime.ExceptionServices;
using NGpt.Core.Data;

namespace NGpt.Torch.Training;

/// <summary>
/// Reads the batches of a run on its own thread, ahead of the steps, into a ring of batches. The windows and their order
/// are those of the sampler, regardless of timing. The thread does not use libtorch, whose threads belong to the training
/// thread.
/// </summary>
public sealed class BatchPrefetcher : IDisposable
{
    // One in use, one ready, one being read.
    private const int BatchCount = 3;

    private readonly object _gate = new();
    private readonly IWindowSampler _sampler;
    private readonly TokenBatchReader _reader;
    private readonly TokenBatch[] _batches;
    private readonly long[] _windowStarts;
    private readonly Thread _thread;

    // Batches read and returned so far; the last returned one is still in use. Guarded by the gate.
    private long _read;
    private long _returned;
    private bool _isStopped;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Starts reading.</summary>
    /// <param name="sampler">Samples the windows, from its current position; owned by the prefetcher from now on.</param>
    /// <param name="reader">Reads them; its token files outlive the prefetcher.</param>
    /// <param name="batchSize">B, windows in a batch.</param>
    public BatchPrefetcher(IWindowSampler sampler, TokenBatchReader reader, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(reader);
        (_sampler, _reader, Position) = (sampler, reader, sampler.Position);
        _batches = [.. Enumerable.Range(0, BatchCount).Select(_ => reader.Create(batchSize))];
        _windowStarts = new long[batchSize];
        _thread = new Thread(ReadAhead) { IsBackground = true, Name = "batches" };
        _thread.Start();
    }

    /// <summary>Windows returned since the start of the run: the position of the sampler of a resumed run.</summary>
    public long Position { get; private set; }

    /// <summary>Total time that <see cref="Next"/> has waited.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>The next batch; waits until it is read.</summary>
    /// <returns>The batch, valid until the next call.</returns>
    /// <exception cref="Core.Errors.NGptException">This batch could not be read. Any other exception of the reader is rethrown here too.</exception>
    public TokenBatch Next()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopped, this);
            if (_read == _returned)
            {
                Wait();
            }

            TokenBatch batch = _batches[_returned % BatchCount];
            _returned++;
            Position += _windowStarts.Length;
            // The previous batch is free now.
            Monitor.Pulse(_gate);
            return batch;
        }
    }

    /// <summary>Stops reading; the token files may be closed afterwards.</summary>
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
        while (_read == _returned)
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
            while (WaitForFreeBatch() is TokenBatch batch)
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
            // Any exception must fail the step that needs the batch, not the process.
            lock (_gate)
            {
                _failure = ExceptionDispatchInfo.Capture(failure);
                Monitor.Pulse(_gate);
            }
        }
    }

    // The next batch to fill, once it is free; null when the prefetcher stops.
    private TokenBatch? WaitForFreeBatch()
    {
        lock (_gate)
        {
            // The last returned batch is in use until the next call.
            while (!_isStopped && _read - Math.Max(0, _returned - 1) == BatchCount)
            {
                Monitor.Wait(_gate);
            }

            return _isStopped ? null : _batches[_read % BatchCount];
        }
    }
}

/// <summary>Detects when training is limited by reading data.</summary>
public sealed class DataWaitMonitor
{
    // Long enough to ignore the start of a run and short delays of the machine.
    private const double WindowMilliseconds = 10_000;
    private const int WindowSteps = 20;
    private const double MaxWaitFraction = 0.01;

    private double _milliseconds;
    private double _waited;
    private int _steps;
    private bool _hasWarned;

    /// <summary>Adds a step.</summary>
    /// <param name="milliseconds">Time of the step.</param>
    /// <param name="waited">Time in it spent waiting for data.</param>
    /// <returns>The warning, once; else null.</returns>
    public string? Add(double milliseconds, double waited)
    {
        _milliseconds += milliseconds;
        _waited += waited;
        _steps++;
        if (_hasWarned || _milliseconds < WindowMilliseconds || _steps < WindowSteps)
        {
            return null;
        }

        double waitFraction = _waited / _milliseconds;
        string? warning = waitFraction > MaxWaitFraction
            ? FormattableString.Invariant(
                $"training waits for data: {_waited / _steps:0.##} of {_milliseconds / _steps:0.##} ms per step ({100 * waitFraction:0}%); a faster disk would help")
            : null;
        _hasWarned = warning is not null;
        (_milliseconds, _waited, _steps) = (0, 0, 0);
        return warning;
    }
}
