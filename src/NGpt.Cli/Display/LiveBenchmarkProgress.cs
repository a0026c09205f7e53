using NGpt.Lab.TrainingBenchmarks;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>Shows the progress of a benchmark on a terminal: one bar for each size, which goes away at the end.</summary>
public sealed class LiveBenchmarkProgress : IBenchmarkObserver
{
    // Drawing takes processor time from what is measured: seldom.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(500);

    private readonly IAnsiConsole _console;
    private readonly ProgressContext _context;
    private readonly HashSet<BenchmarkSubject> _warmedUp = [];
    private ProgressTask? _bar;
    private string _size = "";
    private int _rounds;

    private LiveBenchmarkProgress(IAnsiConsole console, ProgressContext context) => (_console, _context) = (console, context);

    /// <summary>Runs a benchmark and shows its progress.</summary>
    /// <param name="console">A console on a terminal that understands cursor movement.</param>
    /// <param name="run">Runs the benchmark.</param>
    /// <returns>Its report.</returns>
    public static BenchmarkReport Watch(IAnsiConsole console, Func<IBenchmarkObserver, BenchmarkReport> run)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(run);
        return LiveConsole.WithBars(console, RefreshInterval, LiveConsole.NamedBars(), context => run(new LiveBenchmarkProgress(console, context)));
    }

    /// <inheritdoc/>
    public void OnSize(BenchmarkSize size, int subjects, int rounds)
    {
        ArgumentNullException.ThrowIfNull(size);
        _bar?.StopTask();
        _warmedUp.Clear();
        (_size, _rounds) = (size.Name, rounds);
        // Figures come from the rounds; the warm-up counts like one of them.
        _bar = _context.AddTask(Description("starting"), maxValue: Math.Max(1, subjects * (rounds + 1)));
    }

    /// <inheritdoc/>
    public void OnWarmUp(BenchmarkSubject subject)
    {
        // What does not fit beside the others is warmed up in every round.
        if (_warmedUp.Add(subject))
        {
            _bar?.Increment(1);
        }

        Say($"warm-up, {subject.Label}");
    }

    /// <inheritdoc/>
    public void OnSkipped(BenchmarkSubject subject, string reason) => _console.MarkupLineInterpolated(
        $"[grey]{_size}[/] [yellow]{subject.Label} skipped[/]: {reason}");

    /// <inheritdoc/>
    public void OnMeasuring(int round, BenchmarkSubject subject) => Say($"round {round}/{_rounds}, {subject.Label}");

    /// <inheritdoc/>
    public void OnMeasured(int round, BenchmarkSubject subject, double stepSeconds) => _bar?.Increment(1);

    /// <inheritdoc/>
    public void OnRoundEnded(int round)
    {
        if (round == _rounds && _bar is ProgressTask bar)
        {
            bar.Value = bar.MaxValue;
        }
    }

    private void Say(string text)
    {
        if (_bar is ProgressTask bar)
        {
            bar.Description = Description(text);
        }
    }

    private string Description(string text) => $"[grey]{_size.EscapeMarkup()}[/] {text.EscapeMarkup()}";
}
