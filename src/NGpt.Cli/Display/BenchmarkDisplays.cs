using NGpt.Lab.TrainingBenchmarks;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>Chooses how the progress of a benchmark is shown.</summary>
public static class BenchmarkDisplays
{
    /// <summary>Runs a benchmark and shows its progress: a bar where the output is a terminal, else plain lines.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="run">Runs the benchmark.</param>
    /// <returns>Its report.</returns>
    public static BenchmarkReport Watch(TextWriter output, Func<IBenchmarkObserver, BenchmarkReport> run)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(run);
        return LiveConsole.Of(output) is IAnsiConsole terminal ? LiveBenchmarkProgress.Watch(terminal, run) : run(new PlainBenchmarkProgress(output));
    }
}
