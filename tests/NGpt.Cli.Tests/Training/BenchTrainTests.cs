using System.Diagnostics;
using System.Text.Json;
using NGpt.Cli.Commands;

namespace NGpt.Cli.Tests.Training;

/// <summary>The whole command, with worker processes that are really started.</summary>
[Collection(OneAtATime.Name)]
public sealed class BenchTrainTests
{
    private static readonly string[] Tiny =
    [
        "--layers", "2", "--embedding-width", "18", "--heads", "3", "--mlp-width", "23", "--context-length", "17", "--batch-size", "5", "--vocabulary", "37",
        "--warmup", "0.05s", "--measurement", "0.05s", "--threads", "1",
    ];

    [Fact]
    public void Every_subject_is_measured_and_compared()
    {
        CommandResult result = Bench([.. Tiny, "--subjects", "plain-float32,plain-bf16", "--rounds", "2", "--json"]);
        TestContext.Current.TestOutputHelper!.WriteLine(result.Error);
        Assert.Equal(0, result.ExitCode);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement root = document.RootElement;
        Assert.Equal("completed", root.GetProperty("end").GetString());
        Assert.Equal(1, root.GetProperty("machine").GetProperty("threads").GetInt32());
        JsonElement size = root.GetProperty("sizes")[0];
        Assert.Equal(("2x18@17", 85, 2), (size.GetProperty("name").GetString(), size.GetProperty("tokens_per_step").GetInt32(), size.GetProperty("rounds").GetInt32()));
        JsonElement[] subjects = [.. size.GetProperty("matrix_products").EnumerateArray(), .. size.GetProperty("subjects").EnumerateArray()];
        Assert.Equal(
            ["products-bf16", "products-float32", "ngpt plain-bf16", "ngpt plain-float32", "gpt plain-bf16", "gpt plain-float32"],
            subjects.Select(subject => subject.GetProperty("name").GetString()));
        Assert.All(subjects, subject =>
        {
            Assert.Equal("measured", subject.GetProperty("status").GetString());
            Assert.Equal(2, subject.GetProperty("step_ms").GetProperty("count").GetInt32());
            Assert.True(subject.GetProperty("gigaflops").GetProperty("median").GetDouble() > 0);
            Assert.True(subject.GetProperty("peak_memory_bytes").GetInt64() > 50_000_000);
        });
        double[] losses = [.. subjects.Skip(2).Select(subject => subject.GetProperty("first_loss").GetDouble())];
        Assert.Equal(losses[0], losses[1], 0.01);
        Assert.Equal(losses[2], losses[3], 0.01);
        Assert.Empty(size.GetProperty("notes").EnumerateArray());
        Assert.Equal(
            ["speed ngpt plain-bf16", "speed gpt plain-bf16", "step_time ngpt plain-bf16", "step_time ngpt plain-float32"],
            size.GetProperty("ratios").EnumerateArray().Select(ratio => $"{ratio.GetProperty("kind").GetString()} {ratio.GetProperty("of").GetString()}"));
        Assert.Contains("2x18@17: round 2/2  GPT plain float32", result.Error);
        Assert.Contains("nGPT plain bf16", result.Error);
    }

    [Fact]
    public void Without_json_the_report_is_on_standard_output()
    {
        CommandResult result = Bench([.. Tiny, "--subjects", "plain-float32", "--arch", "gpt", "--rounds", "1", "--recompute"]);
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("2x18@17: 2 layers, width 18, 3 heads, MLP 23, vocabulary 37; 5 sequences of 17 tokens per step", result.Output);
        Assert.Contains("GPT plain float32", result.Output);
        Assert.DoesNotContain("round 1/1", result.Output);
        Assert.Contains("round 1/1", result.Error);
        Assert.Contains("warning: --recompute has no effect", result.Error);
    }

    [Fact]
    public async Task An_interrupt_reports_what_was_measured_and_leaves_no_process_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs signals and /proc");
        Assert.SkipWhen(StopSignalTests.Ignores("INT"), "This shell starts its background jobs with SIGINT ignored.");
        CancellationToken cancel = TestContext.Current.CancellationToken;
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "ngpt.dll"), "bench", "train", .. Tiny, "--subjects", "plain-float32", "--rounds", "1000", "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancel);
        string? line;
        do
        {
            line = await process.StandardError.ReadLineAsync(cancel);
            Assert.NotNull(line);
        }
        while (!line.Contains("round 2/", StringComparison.Ordinal));
        int[] workers = Children(process.Id);
        Assert.Equal(4, workers.Length);
        // Memory and threads are the workers'.
        Assert.DoesNotContain("libtorch", await File.ReadAllTextAsync($"/proc/{process.Id}/maps", cancel));
        Assert.All(workers, worker => Assert.Contains("libtorch", File.ReadAllText($"/proc/{worker}/maps")));
        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync(cancel);
        }

        await process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        Assert.Equal(130, process.ExitCode);
        using JsonDocument document = JsonDocument.Parse(await output);
        Assert.Equal("stopped", document.RootElement.GetProperty("end").GetString());
        Assert.Contains("stopped after", document.RootElement.GetProperty("sizes")[0].GetProperty("notes")[0].GetString());
        Assert.All(workers, worker => Assert.False(Directory.Exists($"/proc/{worker}")));
    }

    [Theory]
    [InlineData("--size 6x385", "unknown size \"6x385\": the sizes are 4x128, 6x384, 12x768", 2)]
    [InlineData("--size 6x384@x", "no context length from 1 to 1048576 after the @", 2)]
    [InlineData("--subjects plain-bf17", "unknown subject \"plain-bf17\"", 2)]
    [InlineData("--arch gpt2", "\"gpt2\" is not one of ngpt, gpt", 2)]
    [InlineData("--rounds 0", "--rounds 0 is outside 1 to 1000", 2)]
    [InlineData("--rounds many", "--rounds: \"many\" is not an integer", 2)]
    [InlineData("--warmup soon", "--warmup: \"soon\" is not a time", 2)]
    [InlineData("--time-limit 0", "--time-limit: \"0\" is not above 0", 2)]
    [InlineData("--layers none", "--layers: \"none\" is not an integer", 2)]
    [InlineData("--vocabulary 1", "6x384: vocabulary size must be between 2 and", 2)]
    [InlineData("--heads 5", "6x384: embedding width 384 is not divisible by 5 heads", 2)]
    [InlineData("--batch-size 0", "6x384: batch size 0 is below 1", 2)]
    [InlineData("--batch-size 2000000000", "6x384: batch size 2000000000 times context length 256 is more than 2147483647 tokens", 2)]
    [InlineData("--batch-size 5000000", "does not fit in memory: needs about", 1)]
    public void Wrong_usage_is_one_line(string arguments, string problem, int exitCode)
    {
        CommandResult result = Bench(arguments.Split(' '));
        TestContext.Current.TestOutputHelper!.WriteLine(result.Error.TrimEnd());
        Assert.StartsWith("ngpt: ", result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Contains(problem, result.Error);
        Assert.DoesNotContain("internal error", result.Error);
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
    }

    [Fact]
    public void The_worker_is_hidden_from_the_help()
    {
        using StringWriter help = new();
        new CommandLine(new BenchCommand(new BenchTrainCommand(), new BenchWorkerCommand())).Run(["bench", "--help"], help, help);
        Assert.Contains("train", help.ToString());
        Assert.DoesNotContain("train-worker", help.ToString());
    }

    private static CommandResult Bench(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = new CommandLine(new BenchCommand(new BenchTrainCommand(), new BenchWorkerCommand())).Run(["bench", "train", .. arguments], output, error);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }

    private static int[] Children(int parent)
    {
        return [.. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Where(IsChild).Select(name => int.Parse(name!))];

        bool IsChild(string? name)
        {
            try
            {
                // The fourth field of the line, the second after the name in brackets.
                string stat = File.ReadAllText($"/proc/{name}/stat");
                return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == $"{parent}";
            }
            catch (IOException)
            {
                return false;
            }
        }
    }
}
