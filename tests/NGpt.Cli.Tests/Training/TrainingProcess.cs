using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace NGpt.Cli.Tests.Training;

/// <summary>A real <c>ngpt train</c> process, whose lines can be watched while it runs.</summary>
internal sealed partial class TrainingProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly List<string> _lines = [];

    public TrainingProcess(TrainingFolder folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "ngpt.dll"), "train", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        start.Environment["NGPT_CACHE_DIR"] = folder.Cache;
        start.Environment.Remove("OMP_NUM_THREADS");
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The lines of standard output so far.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Numbers of the steps that the lines so far report.</summary>
    public int[] Steps => [.. _lines.Select(line => StepLine().Match(line)).Where(match => match.Success)
        .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];

    /// <summary>Steps of the checkpoints that the lines so far report as saved.</summary>
    public int[] Saved => [.. _lines.Select(line => SavedLine().Match(line)).Where(match => match.Success)
        .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];

    /// <summary>Reads until a number of steps has been reported.</summary>
    /// <returns>False when the output ended before.</returns>
    public async Task<bool> WaitForSteps(int count)
    {
        while (Steps.Length < count)
        {
            if (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken) is not string line)
            {
                return false;
            }

            _lines.Add(line);
        }

        return true;
    }

    /// <summary>Sends a signal by its name, for example INT.</summary>
    public async Task Send(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Ends the process as a power failure of its own would: at once, with nothing run after.</summary>
    /// <returns>False when the process had ended before.</returns>
    public async Task<bool> Kill()
    {
        _process.Kill();
        return (await End()).ExitCode != 0;
    }

    /// <summary>Waits a time chosen by the test; the process goes on.</summary>
    public bool EndsWithin(TimeSpan time) => _process.WaitForExit(time);

    /// <summary>Waits for the end.</summary>
    public async Task<CommandResult> End()
    {
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken) is string line)
        {
            _lines.Add(line);
        }

        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return new CommandResult(_process.ExitCode, string.Join('\n', _lines), await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    [GeneratedRegex(@"^step +(\d+)/\d+  loss ")]
    private static partial Regex StepLine();

    [GeneratedRegex(@"^step +(\d+)/\d+  saved ")]
    private static partial Regex SavedLine();
}
