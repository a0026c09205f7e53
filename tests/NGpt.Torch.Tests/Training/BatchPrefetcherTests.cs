using System.Diagnostics;
using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Torch.Training;

namespace NGpt.Torch.Tests.Training;

public sealed class BatchPrefetcherTests : IDisposable
{
    private const int BatchSize = 3;
    private const int ContextLength = 5;

    private readonly TokenFolder _folder = new();
    private readonly TokenShards _shards;

    public BatchPrefetcherTests() => _shards = _folder.Documents(701, seed: 4);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(WindowSampling.Shuffled, WindowPacking.Stream, 0)]
    [InlineData(WindowSampling.Random, WindowPacking.Documents, 7)]
    public void The_batches_are_those_of_the_sampler_in_its_order(WindowSampling sampling, WindowPacking packing, long position)
    {
        IWindowSampler sampler = Sampler(sampling);
        sampler.Position = position;
        TokenBatchReader reader = Reader(packing);
        TokenBatch expected = reader.Create(BatchSize);
        long[] starts = new long[BatchSize];
        IWindowSampler ahead = Sampler(sampling);
        ahead.Position = position;
        using BatchPrefetcher prefetcher = new(ahead, Reader(packing), BatchSize);
        Assert.Equal(position, prefetcher.Position);
        for (int step = 0; step < 1_000; step++)
        {
            sampler.NextBatch(BatchSize, starts);
            reader.Read(starts, expected);
            TokenBatch actual = prefetcher.Next();
            // What is in use must not change while the next ones are read: two of them are, as often as this is the slower side.
            Thread.Yield();
            Assert.True(expected.Inputs.SequenceEqual(actual.Inputs), $"inputs of step {step}");
            Assert.True(expected.Targets.SequenceEqual(actual.Targets), $"targets of step {step}");
            Assert.True(expected.FirstVisible.SequenceEqual(actual.FirstVisible), $"documents of step {step}");
            Assert.Equal(sampler.Position, prefetcher.Position);
        }
    }

    [Fact]
    public void Two_batches_at_most_are_read_ahead()
    {
        SteppedSampler sampler = new();
        using BatchPrefetcher prefetcher = new(sampler, Reader(WindowPacking.Stream), BatchSize);
        for (int taken = 1; taken < 2_000; taken++)
        {
            prefetcher.Next();
            Assert.InRange(sampler.Batches - taken, 0, 2);
            Assert.Equal(taken * BatchSize, prefetcher.Position);
        }

        // And two they will be.
        sampler.WaitForBatches(2_001);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(50)]
    public void A_failure_comes_at_the_step_that_needs_the_batch_and_stays(int failsAt)
    {
        SteppedSampler sampler = new() { FailsAt = failsAt };
        using BatchPrefetcher prefetcher = new(sampler, Reader(WindowPacking.Stream), BatchSize);
        for (int step = 0; step < failsAt; step++)
        {
            if (step == failsAt - 1)
            {
                // It has failed by now, and one batch is there.
                sampler.WaitForEnd(failsAt);
            }

            Assert.Equal(BatchSize, prefetcher.Next().Count);
        }

        Assert.Equal("the disk is gone", Assert.Throws<IOException>(prefetcher.Next).Message);
        Assert.Equal("the disk is gone", Assert.Throws<IOException>(prefetcher.Next).Message);
        Assert.Equal(failsAt * BatchSize, prefetcher.Position);
    }

    [Fact]
    public void A_steady_step_allocates_nothing_on_either_thread()
    {
        SteppedSampler sampler = new();
        using BatchPrefetcher prefetcher = new(sampler, Reader(WindowPacking.Documents), BatchSize);
        Take(200);
        (long here, long there) = (GC.GetAllocatedBytesForCurrentThread(), sampler.AllocatedAt(199));
        Take(1_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - here);
        Assert.Equal(0, sampler.AllocatedAt(1_199) - there);

        void Take(int count)
        {
            for (int i = 0; i < count; i++)
            {
                prefetcher.Next();
            }
        }
    }

    [Fact]
    public void Waiting_is_measured_and_a_batch_that_is_there_is_not_waited_for()
    {
        SteppedSampler sampler = new() { WaitsAt = 1 };
        using BatchPrefetcher prefetcher = new(sampler, Reader(WindowPacking.Stream), BatchSize);
        prefetcher.Next();
        TimeSpan before = prefetcher.Waited;
        long start = Stopwatch.GetTimestamp();
        sampler.Consumer = Thread.CurrentThread;
        prefetcher.Next();
        Assert.InRange(prefetcher.Waited - before, TimeSpan.FromTicks(1), Stopwatch.GetElapsedTime(start));
        sampler.WaitForBatches(4);
        before = prefetcher.Waited;
        prefetcher.Next();
        Assert.Equal(before, prefetcher.Waited);
    }

    [Fact]
    public void It_stops_whatever_the_reader_is_doing()
    {
        // Full, failed, and in between; the files may be closed afterwards.
        foreach (SteppedSampler sampler in new[] { new SteppedSampler(), new SteppedSampler { FailsAt = 0 }, new SteppedSampler { FailsAt = 1 } })
        {
            BatchPrefetcher prefetcher = new(sampler, Reader(WindowPacking.Stream), BatchSize);
            prefetcher.Dispose();
            prefetcher.Dispose();
            int drawn = sampler.Batches;
            Assert.Throws<ObjectDisposedException>(prefetcher.Next);
            Assert.Equal(drawn, sampler.Batches);
        }
    }

    private TokenBatchReader Reader(WindowPacking packing) => new(_shards, TokenFolder.Tokenizer, ContextLength, packing);

    private IWindowSampler Sampler(WindowSampling sampling) => WindowSamplers.Create(sampling, _shards.Count, ContextLength, seed: 3);

    /// <summary>Draws neighbouring windows; counts, and fails or waits on request.</summary>
    private sealed class SteppedSampler : IWindowSampler
    {
        private readonly long[] _allocated = new long[4_000];
        private readonly object _gate = new();
        private volatile Thread? _consumer;
        private volatile Thread? _reader;
        private int _batches;

        public int FailsAt { get; init; } = int.MaxValue;

        /// <summary>The batch that is not drawn before the consumer waits for it.</summary>
        public int WaitsAt { get; init; } = int.MaxValue;

        public Thread? Consumer
        {
            set => _consumer = value;
        }

        public int Batches
        {
            get
            {
                lock (_gate)
                {
                    return _batches;
                }
            }
        }

        public int ContextLength => BatchPrefetcherTests.ContextLength;

        public long Position { get; set; }

        /// <summary>What the reading thread had allocated when it began a batch.</summary>
        public long AllocatedAt(int batch) => Volatile.Read(ref _allocated[batch]);

        public void WaitForBatches(int count)
        {
            lock (_gate)
            {
                while (_batches < count)
                {
                    Monitor.Wait(_gate);
                }
            }
        }

        /// <summary>Waits until the reader has drawn all but the batch that fails, and is gone.</summary>
        public void WaitForEnd(int batches)
        {
            WaitForBatches(batches);
            _reader!.Join();
        }

        public void NextBatch(int batchSize, Span<long> starts)
        {
            _reader = Thread.CurrentThread;
            if (_batches == FailsAt)
            {
                throw new IOException("the disk is gone");
            }

            while (_batches == WaitsAt && _consumer?.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin) != true)
            {
                Thread.Yield();
            }

            Volatile.Write(ref _allocated[_batches], GC.GetAllocatedBytesForCurrentThread());
            for (int i = 0; i < batchSize; i++)
            {
                starts[i] = Position++ % 600;
            }

            lock (_gate)
            {
                _batches++;
                Monitor.PulseAll(_gate);
            }
        }
    }
}
