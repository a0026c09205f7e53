using System.Diagnostics;
using System.Globalization;
using NGpt.Measurements;

namespace NGpt.ServerLoad;

/// <summary>Rounds of clients one after the other, what the process holds after each, and the verdict.</summary>
internal sealed class LoadTestRun(LoadTest test, LoadTestOptions options)
{
    // A round that takes longer has a request without an end.
    private static readonly TimeSpan LongestRound = TimeSpan.FromMinutes(30);

    // In a run of hours, one line for each of these.
    private static readonly TimeSpan LineInterval = TimeSpan.FromMinutes(1);

    private readonly SortedDictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    private readonly List<string> _unexpected = [];
    private readonly List<ResourceSample> _samples = [];
    private Dictionary<string, double> _metrics = [];
    private TimeSpan _nextLine = TimeSpan.Zero;

    /// <summary>Runs all rounds and prints them.</summary>
    /// <returns>Whether every request ended as expected and nothing grew.</returns>
    public async Task<bool> RunAsync()
    {
        long start = Stopwatch.GetTimestamp();
        Console.WriteLine("round  seconds  tokens/s  managed MB  process MB  handles  threads");
        for (int round = 1; !IsDone(round, Stopwatch.GetElapsedTime(start)); round++)
        {
            await RunRoundAsync(round, start);
            await Task.Delay(options.Pause);
        }

        return Judge(Stopwatch.GetElapsedTime(start));
    }

    private bool IsDone(int round, TimeSpan elapsed) => round > LoadTestOptions.MinRounds && (options.Time is TimeSpan time ? elapsed >= time : round > options.Rounds);

    private async Task RunRoundAsync(int round, long start)
    {
        using CancellationTokenSource limit = new(LongestRound);
        double before = _metrics.GetValueOrDefault("ngpt_generated_tokens_total");
        long begin = Stopwatch.GetTimestamp();
        LoadTestReport report = await test.RunAsync(options.Clients, limit.Token);
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        _metrics = await test.WaitUntilIdleAsync(limit.Token);
        foreach ((string outcome, int count) in report.Outcomes)
        {
            _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + count;
        }

        _unexpected.AddRange(report.Unexpected);
        ResourceSample sample = ResourceSample.Take(Stopwatch.GetElapsedTime(start).TotalSeconds);
        _samples.Add(sample);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        if (options.Time is not null && elapsed < _nextLine)
        {
            return;
        }

        _nextLine = elapsed + LineInterval;
        double rate = (_metrics["ngpt_generated_tokens_total"] - before) / seconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{round,5}  {seconds,7:0.00}  {rate,8:0}  {sample.ManagedMegabytes,10:0.0}  {sample.ProcessMegabytes,10:0}  {sample.Handles,7}  {sample.Threads,7}"));
    }

    private bool Judge(TimeSpan elapsed)
    {
        foreach ((string outcome, int count) in _outcomes)
        {
            Console.WriteLine($"{count,7}  {outcome}");
        }

        double ended = _metrics.Where(metric => metric.Key.StartsWith("ngpt_texts_ended_total", StringComparison.Ordinal)).Sum(metric => metric.Value);
        Console.WriteLine($"{_metrics["ngpt_texts_accepted_total"],7}  sequences accepted, {ended} ended with a reason");
        ResourceVerdict verdict = new(_samples);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_samples.Count} rounds, {_outcomes.Values.Sum()} requests in {elapsed.TotalHours:0.00} hours; {verdict}"));
        List<string> problems = [.. _unexpected.Distinct().Take(5), .. verdict.Problems];
        if (ended != _metrics["ngpt_texts_accepted_total"])
        {
            problems.Add("sequences without an end");
        }

        Console.WriteLine(problems.Count == 0 ? "passed" : $"FAILED: {string.Join(", ", problems)}");
        return problems.Count == 0;
    }
}
