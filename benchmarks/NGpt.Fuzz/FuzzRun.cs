using System.Diagnostics;
using NGpt.Core.Errors;
using NGpt.Core.Numerics;

namespace NGpt.Fuzz;

/// <summary>
/// Reads many damaged inputs and watches time and memory. An input depends on the seed and its number only, so a failure can be
/// had again from these two.
/// </summary>
internal sealed class FuzzRun(FuzzTarget target, ulong seed, string folder, TimeSpan longest)
{
    private const int MaxFailures = 100;

    // An input that is not finished after so many times its limit never is. What only waits gets as many times that.
    private const int HangFactor = 10;

    private readonly List<FuzzFailure> _failures = [];
    private readonly byte[][] _others = [.. target.Seeds.SelectMany(files => files.Select(file => file.Content))];
    private int _accepted;
    private int _refused;
    private TimeSpan _slowest;
    private double _maxShare;
    private int _current;
    private long _began;
    private long _processorTimeBefore;

    /// <summary>The files of one input; the first numbers are the valid ones themselves.</summary>
    public FuzzFile[] Input(int number)
    {
        if (number < target.Seeds.Count)
        {
            return target.Seeds[number];
        }

        SplitMix64 random = new(SplitMix64.Mix(seed) + SplitMix64.Mix(~(ulong)number));
        Mutator mutator = new(random, _others, target.Words);
        FuzzFile[] valid = target.Seeds[(int)random.NextBelow(target.Seeds.Count)];

        // Of several files one is damaged, so that the others are still read.
        int damaged = (int)random.NextBelow(valid.Length);
        byte[] content = mutator.Damage(valid[damaged].Content);
        target.Repair(content, valid[damaged].Content, random);
        return [.. valid.Select((file, i) => i == damaged ? file with { Content = content } : file)];
    }

    /// <summary>Reads inputs one after the other.</summary>
    public FuzzResult Run(int first, int count, Action<int>? progress = null)
    {
        _current = first;
        _began = Stopwatch.GetTimestamp();
        Thread reader = new(() =>
        {
            for (int number = first; number < first + count && _failures.Count < MaxFailures; number++)
            {
                Volatile.Write(ref _processorTimeBefore, ProcessorTime.Ticks);
                Volatile.Write(ref _began, Stopwatch.GetTimestamp());
                Volatile.Write(ref _current, number);
                ReadOne(number);
                progress?.Invoke(number);
            }
        })
        { IsBackground = true };
        reader.Start();
        while (!reader.Join(longest))
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(Volatile.Read(ref _began));
            TimeSpan worked = ProcessorTime - TimeSpan.FromTicks(Volatile.Read(ref _processorTimeBefore));
            if (elapsed > HangFactor * longest && (worked > HangFactor * longest || elapsed > HangFactor * HangFactor * longest))
            {
                // The thread cannot be stopped; the process ends with this result.
                FuzzFailure hang = new(_current, $"did not end within {HangFactor * longest}", Input(_current));
                return new FuzzResult(_current + 1 - first, _accepted, _refused, _slowest, _maxShare, [.. _failures, hang]);
            }
        }

        return new FuzzResult(_accepted + _refused + _failures.Count, _accepted, _refused, _slowest, _maxShare, _failures);
    }

    private void ReadOne(int number)
    {
        FuzzFile[] files = Input(number);
        foreach (FuzzFile file in files)
        {
            File.WriteAllBytes(Path.Combine(folder, file.Name), file.Content);
        }

        bool accepted = Watch(files, out TimeSpan time, out double share, out string? problem);
        if (problem is null && time > longest)
        {
            // Another thread of this process may have worked at the same time: the input is slow if it is slow again.
            accepted = Watch(files, out TimeSpan again, out share, out problem);
            time = again < time ? again : time;
            problem ??= time > longest ? $"took {time.TotalSeconds:0.0} s" : null;
        }

        problem ??= share > 1 ? $"allocated {share:0.0} times its limit" : null;
        _slowest = time > _slowest ? time : _slowest;
        _maxShare = Math.Max(_maxShare, share);
        if (problem is not null)
        {
            _failures.Add(new FuzzFailure(number, problem, files));
        }
        else if (accepted)
        {
            _accepted++;
        }
        else
        {
            _refused++;
        }
    }

    // Not the clock's: a machine that is busy with something else says nothing.
    private static TimeSpan ProcessorTime => Environment.CpuUsage.TotalTime;

    private long Allocated() => target.CountsAllThreads ? GC.GetTotalAllocatedBytes() : GC.GetAllocatedBytesForCurrentThread();

    private bool Watch(FuzzFile[] files, out TimeSpan time, out double share, out string? problem)
    {
        bool accepted = false;
        problem = null;
        TimeSpan start = ProcessorTime;
        long before = Allocated();
        try
        {
            target.Read(Path.Combine(folder, files[0].Name));
            accepted = true;
        }
        catch (NGptException refused)
        {
            problem = refused.Message.Any(char.IsControl) ? $"control characters in the message {refused.Message}" : null;
        }
        catch (Exception failure)
        {
            // Whatever it is, it is what is looked for.
            problem = $"{failure.GetType().Name}: {failure.Message} {failure.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("NGpt.", StringComparison.Ordinal))?.Trim()}";
        }

        long allocated = Allocated() - before;
        time = ProcessorTime - start;
        share = allocated / (double)(target.FixedBytes + (target.BytesPerByte * files.Sum(file => (long)file.Content.Length)));
        return accepted;
    }
}
