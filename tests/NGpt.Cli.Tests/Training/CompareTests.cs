using System.Text.Json;
using NGpt.Cli.Commands;

namespace NGpt.Cli.Tests.Training;

[Collection(OneAtATime.Name)]
public sealed class CompareTests : IDisposable
{
    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_quick_comparison_says_what_it_found_and_writes_its_report()
    {
        CommandResult result = Compare([.. Quick("a"), "--json"]);

        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument json = JsonDocument.Parse(result.Output.TrimEnd().Split('\n')[^1]);
        JsonElement root = json.RootElement;
        Assert.Equal(2, root.GetProperty("ngpt_seeds").GetInt32());
        Assert.Equal("bits_per_byte", root.GetProperty("measure").GetString());
        double difference = root.GetProperty("final_difference").GetProperty("value").GetDouble();
        Assert.Equal(root.GetProperty("ngpt_final_loss").GetDouble() - root.GetProperty("gpt_final_loss").GetDouble(), difference, 1e-12);
        Assert.True(root.GetProperty("final_difference").GetProperty("low").GetDouble() <= difference);
        string page = root.GetProperty("report").GetString()!;
        Assert.Equal(_folder.At("a", "report", "report.html"), page);
        Assert.All(["figures/loss-by-tokens.png", "figures/loss-by-tokens.svg", "tables/runs.csv", "report.json"], name => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(page)!, name)), name));
        Assert.Contains("ngpt compare --quick", File.ReadAllText(page));
        // The plan with its time comes before the first run.
        Assert.Matches(@"(?s)runs: +6, and up to 4 .*time: +about .*run 1/6  ngpt-rate-0\.01-seed-1337", result.Error);

        CommandResult again = Compare([.. Quick("a")]);
        Assert.Equal(0, again.ExitCode);
        Assert.DoesNotContain("run 1/6", again.Error);
        Assert.Contains("(already finished)", again.Error);
        Assert.Contains("After 408 training tokens each, nGPT reached ", again.Output);
        Assert.EndsWith($"report: {page}{Environment.NewLine}", again.Output);
    }

    [Fact]
    public void Runs_that_are_there_are_compared_and_missing_ones_named()
    {
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("one", "--steps", "6")).ExitCode);
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("two", "--steps", "6", "--arch", "gpt")).ExitCode);
        CommandResult result = Compare("compare", _folder.At("one"), _folder.At("two"), _folder.At("three"), "--out", _folder.At("out"), "--seeds", "4");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"warning: skipped: {_folder.At("three")}: there is no such folder", result.Error);
        Assert.Contains("warning: --seeds has no effect", result.Error);
        Assert.Contains("one seed cannot show whether that is more than chance", result.Output.ReplaceLineEndings(" ").Replace("   ", " ", StringComparison.Ordinal));
        Assert.True(File.Exists(_folder.At("out", "report", "report.html")));
    }

    [Fact]
    public void Runs_of_other_vocabularies_do_not_share_nats()
    {
        TrainingFolder.Train(_folder.Begin("one", "--steps", "6"));
        TrainingFolder.Train(_folder.Begin("two", "--steps", "6", "--arch", "gpt", "--tokenizer", "characters"));
        CommandResult refused = Compare("compare", _folder.At("one"), _folder.At("two"), "--out", _folder.At("out"), "--measure", "nats");

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("cannot be compared in nats per token", refused.Error);
        Assert.Equal(0, Compare("compare", _folder.At("one"), _folder.At("two"), "--out", _folder.At("out")).ExitCode);
    }

    [Theory]
    [InlineData("compare")]
    [InlineData("sweep")]
    public void A_configuration_file_sets_nothing_that_is_for_a_single_run(string command)
    {
        string file = _folder.At("run.toml");
        File.WriteAllText(file, "patience = 3\n[run]\ntime-limit = \"1h\"\n");
        CommandResult refused = Compare(command, "--quick", "--config", file, "--data", _folder.Text, "--out", _folder.At("out"));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("patience belongs to a single run and cannot be set for all runs; time-limit belongs to a single run", refused.Error);
        Assert.False(Directory.Exists(_folder.At("out")));
    }

    [Theory]
    [InlineData("--quick --paper", 2, "--quick and --paper exclude each other")]
    [InlineData("--quick --ngpt-rates 0.01,fast", 2, "--ngpt-rates: \"fast\" is not a number")]
    [InlineData("--quick --gpt-warmups 95%", 2, "--gpt-warmups: 0.95 is outside 0 to 0.9")]
    [InlineData("--quick --budget 1s", 2, "hese would fit: --budget")]
    [InlineData("--quick --steps 2000 --budget 20s", 2, "runs of 2000 steps take about")]
    [InlineData("--quick --preset huge", 2, "huge")]
    [InlineData("--quick --sedes 1", 2, "unknown option --sedes: did you mean --seeds?")]
    [InlineData("--quick --lerning-rate 1", 2, "unknown option --lerning-rate")]
    [InlineData("no-such-run", 1, "there is no finished run of nGPT to compare")]
    public void What_cannot_be_is_one_line(string arguments, int exitCode, string problem)
    {
        string[] words = arguments.Split(' ');
        string[] data = words[0] == "no-such-run" ? [] : ["--data", _folder.Text];
        CommandResult result = Compare(["compare", .. words, .. data, "--out", _folder.At("out")]);

        Assert.Equal(exitCode, result.ExitCode);
        string line = Assert.Single(result.Error.TrimEnd().Split('\n'), line => line.StartsWith("ngpt: ", StringComparison.Ordinal));
        Assert.Contains(problem, line);
    }

    private string[] Quick(string name) =>
    [
        "compare", "--quick", "--data", _folder.Text, "--layers", "2", "--heads", "3", "--embedding-width", "18", "--mlp-width", "23", "--context-length", "17",
        "--batch-size", "3", "--steps", "8", "--eval-batches", "2", "--threads", "1", "--device", "cpu", "--ngpt-rates", "0.01", "--gpt-rates", "0.002", "--seeds", "2",
        "--out", _folder.At(name),
    ];

    private static CommandResult Compare(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = new CommandLine(new CompareCommand(), new SweepCommand()).Run(arguments, output, error);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }
}
