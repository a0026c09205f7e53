using System.Globalization;

namespace NGpt.Measurements;

/// <summary>
/// Whether what a process holds stays flat. The first quarter of the samples fills caches and pools and is left out; a leak grows
/// through all of the others.
/// </summary>
internal sealed class ResourceVerdict
{
    private const double ManagedMegabytesAllowed = 2;
    private const double ManagedShareAllowed = 0.05;

    // Pages of the managed heap and of native allocators are given back late and unevenly.
    private const double ProcessMegabytesAllowed = 24;
    private const double ProcessShareAllowed = 0.1;

    // The pools of threads and connections settle slowly.
    private const double HandlesAllowed = 16;
    private const double ThreadsAllowed = 8;

    private readonly ResourceSample[] _settled;
    private readonly List<string> _problems = [];

    /// <summary>Judges samples in the order in which they were taken.</summary>
    public ResourceVerdict(IReadOnlyList<ResourceSample> samples)
    {
        _settled = [.. samples.Skip(samples.Count / 4)];
        Managed = Judge("managed memory", sample => sample.ManagedMegabytes, "MB", ManagedShareAllowed, ManagedMegabytesAllowed);
        Process = Judge("process memory", sample => sample.ProcessMegabytes, "MB", ProcessShareAllowed, ProcessMegabytesAllowed);
        Handles = Judge("handles", sample => sample.Handles, "handles", 0, HandlesAllowed);
        Threads = Judge("threads", sample => sample.Threads, "threads", 0, ThreadsAllowed);
    }

    /// <summary>Growth of live managed memory over the samples, in MB.</summary>
    public double Managed { get; }

    /// <summary>Growth of the process's memory, in MB.</summary>
    public double Process { get; }

    /// <summary>Growth of the number of open handles.</summary>
    public double Handles { get; }

    /// <summary>Growth of the number of threads.</summary>
    public double Threads { get; }

    /// <summary>What grew beyond its allowance, a line each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"growth over the last {_settled.Length} samples: managed memory {Managed:+0.00;-0.00;0.00} MB, process memory {Process:+0.0;-0.0;0.0} MB, "
        + $"handles {Handles:+0.0;-0.0;0.0}, threads {Threads:+0.0;-0.0;0.0}: {(_problems.Count == 0 ? "flat" : "not flat")}");

    private double Judge(string name, Func<ResourceSample, double> figure, string unit, double shareAllowed, double allowed)
    {
        double[] values = [.. _settled.Select(figure)];
        double growth = Trend.Growth([.. _settled.Select(sample => sample.Place)], values);
        double limit = values.Length == 0 ? allowed : Math.Max(allowed, shareAllowed * values.Order().ElementAt(values.Length / 2));
        if (growth > limit)
        {
            _problems.Add(string.Create(CultureInfo.InvariantCulture, $"{name} grew by {growth:0.0} {unit}, more than {limit:0.0}"));
        }

        return growth;
    }
}
