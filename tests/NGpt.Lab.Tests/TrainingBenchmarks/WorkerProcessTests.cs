using System.Diagnostics;
using NGpt.Core.Configuration;
using NGpt.Lab.TrainingBenchmarks;

namespace NGpt.Lab.Tests.TrainingBenchmarks;

/// <summary>Programs of all kinds in the place of a worker.</summary>
public sealed class WorkerProcessTests
{
    private const string Ready = """{"description":"shell"}""";
    private const string Measured = """{"seconds":[0.5,1.5],"first_loss":6.5,"stages":[],"managed_bytes":7,"peak_memory":8}""";

    private static readonly WorkerRequest Request =
        new(new BenchmarkSubject(BenchmarkVariant.FastBf16, Architecture.NGpt), BenchmarkSizes.Default, Threads: null, Recompute: false);

    [Fact]
    public void Answers_are_read_and_notices_of_libraries_are_not()
    {
        using WorkerProcess worker = Shell($"read request; echo notice; echo '{Ready}'; read steps; test \"$steps\" = 'step 2' && echo '{Measured}'; read more");
        Assert.Equal("shell", worker.Ready.Description);
        Assert.Equal(1, worker.Measure(2).StepSeconds);
    }

    [Theory]
    [InlineData("exit 7", "its process ended with exit code 7", null)]
    [InlineData("read request; echo 'ngpt: no such thing' >&2; exit 1", "exit code 1: no such thing", null)]
    [InlineData("read request; echo 'what the library said'; exit 3", "exit code 3: what the library said", null)]
    [InlineData("read request; kill -9 $$", "exit code 137", "memory")]
    [InlineData("read request; echo '{\"description\":'; read more", "not a message of a benchmark worker", null)]
    public void A_process_that_ends_early_is_named(string script, string problem, string? remedy)
    {
        WorkerFailedException failure = Assert.Throws<WorkerFailedException>(() => Shell(script));
        Assert.Contains(problem, failure.Message);
        Assert.Equal(remedy is null, failure.Remedy is null);
        Assert.Contains(remedy ?? "", failure.Remedy ?? "");
    }

    [Fact]
    public void A_process_that_dies_between_two_measurements_is_named()
    {
        using WorkerProcess worker = Shell($"read request; echo '{Ready}'; read steps; echo '{Measured}'; exit 9");
        worker.Measure(2);
        Assert.Contains("exit code 9", Assert.Throws<WorkerFailedException>(() => worker.Measure(2)).Message);
    }

    [Fact]
    public void A_program_that_is_not_there_is_named()
    {
        BenchmarkProgram program = new("no-such-program", []);
        string message = Assert.Throws<WorkerFailedException>(() => WorkerProcess.Start(program, Request, TestContext.Current.CancellationToken)).Message;
        Assert.Contains("its process cannot be started: no-such-program", message);
    }

    [Fact]
    public async Task A_process_that_is_stopped_while_it_measures_is_no_failure()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        using TemporaryFolder folder = new();
        string pipe = Path.Combine(folder.Path, "measuring");
        using (Process make = Process.Start("mkfifo", [pipe]))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using CancellationTokenSource stop = new();
        // Reading from the pipe waits until the process is measuring.
        Task stopping = Task.Run(
            () =>
            {
                File.ReadAllText(pipe);
                stop.Cancel();
            },
            TestContext.Current.CancellationToken);
        using WorkerProcess worker = Shell($"read request; echo '{Ready}'; read steps; echo now > '{pipe}'; read more", stop.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => worker.Measure(1));
        await stopping;
        Assert.ThrowsAny<OperationCanceledException>(() => worker.Measure(1));
    }

    private static WorkerProcess Shell(string script, CancellationToken? stop = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        return WorkerProcess.Start(new BenchmarkProgram("sh", ["-c", script]), Request, stop ?? TestContext.Current.CancellationToken);
    }
}
