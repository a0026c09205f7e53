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

    // An input that is not finished after so many times its limit never is.
    private const int HangFactor = 10;

    private readonly List<FuzzFailure> _failures = [];
    private readonly byte[][] _others = [.. target.Seeds.SelectMany(files => files.Select(file => file.Content))];
    private int _accepted;
    private int _refused;
    private TimeSpan _slowest;
    private double _maxShare;
    private int _current;
    private long _began;

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
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref _began)) > HangFactor * longest)
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
            // The machine may have been busy with something else: the input is slow if it is slow again.
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

    private bool Watch(FuzzFile[] files, out TimeSpan time, out double share, out string? problem)
    {
        bool accepted = false;
        problem = null;
        long start = Stopwatch.GetTimestamp();
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Read(Path.Combine(folder, files[0].Name));
            accepted = true;
        }
        catch (NGptException refused)
        {
            problem = refused.Message.Contains('\n', StringComparison.Ordinal) ? $"message of several lines: {refused.Message}" : null;
        }
        catch (Exception failure)
        {
            // Whatever it is, it is what is looked for.
            problem = $"{failure.GetType().Name}: {failure.Message} {failure.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("NGpt.", StringComparison.Ordinal))?.Trim()}";
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        time = Stopwatch.GetElapsedTime(start);
        share = allocated / (double)(target.FixedBytes + (target.BytesPerByte * files.Sum(file => (long)file.Content.Length)));
        return accepted;
    }
}
