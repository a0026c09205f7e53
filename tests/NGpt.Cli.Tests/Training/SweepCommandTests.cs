using System.Text.Json;
using NGpt.Cli.Commands;

namespace NGpt.Cli.Tests.Training;

[Collection(OneAtATime.Name)]
public sealed class SweepCommandTests : IDisposable
{
    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AQuickSweepReportsAndGoesOn()
    {
        string[] arguments = [.. Small, "--quick", "--steps", "6", "--rates", "4e-3,8e-3", "--out", _folder.At("sweep")];
        CommandResult result = Sweep([.. arguments, "--json"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("sizes", result.Error);
        Assert.Contains("width 36", result.Error);
        Assert.Contains("run 8/8  nugpt-x2-rate-0.008-seed-1337\n", result.Error);
        using JsonDocument document = JsonDocument.Parse(Assert.Single(result.Output.TrimEnd().Split('\n')));
        JsonElement root = document.RootElement;
        Assert.Equal(("width", 8, 6), (root.GetProperty("axis").GetString(), root.GetProperty("runs").GetInt32(), root.GetProperty("base_steps").GetInt32()));
        foreach (string parametrization in new[] { "published", "nugpt" })
        {
            JsonElement[] sizes = [.. root.GetProperty("parametrizations").GetProperty(parametrization).GetProperty("sizes").EnumerateArray()];
            Assert.Equal([18, 36], sizes.Select(size => size.GetProperty("width").GetInt32()));
            Assert.All(sizes, size => Assert.Equal([4e-3, 8e-3], size.GetProperty("losses").EnumerateArray().Select(loss => loss.GetProperty("rate").GetDouble())));
        }

        string page = root.GetProperty("report").GetString()!;
        Assert.Contains("ngpt sweep", File.ReadAllText(page));
        Assert.Equal(3, Directory.GetFiles(_folder.At("sweep", "report", "figures"), "*.svg").Length);

        CommandResult again = Sweep(arguments);
        Assert.Equal(0, again.ExitCode);
        Assert.DoesNotContain("run 1/8", again.Error);
        Assert.Contains("• published: best base learning rate ", again.Output);
        Assert.EndsWith($"\nreport: {page}\n", again.Output);
    }

    [Fact]
    public void WrongUsageIsOneLine()
    {
        AssertRefused("unknown axis height: the axes are width, depth, tokens", "--axis", "height");
        AssertRefused("--multiples: \"two\" is not an integer", "--multiples", "1,two");
        AssertRefused("--multiples lacks 1, the base model itself; --rates: 0 is not above 0", "--multiples", "2,3", "--rates", "0");
        AssertRefused("unknown option --learning-rate", "--learning-rate", "0.1");
        AssertRefused("more than the 1s of --budget", [.. Small, "--budget", "1s"]);
    }

    private void AssertRefused(string problem, params string[] arguments)
    {
        CommandResult result = Sweep([.. arguments, "--quick", "--out", _folder.At("refused")]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(problem, result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'), line => line.StartsWith("ngpt: ", StringComparison.Ordinal));
    }

    private string[] Small =>
    [
        "--data", _folder.Text, "--layers", "2", "--heads", "3", "--embedding-width", "18", "--mlp-width", "23", "--context-length", "17",
        "--batch-size", "3", "--eval-batches", "2", "--threads", "1", "--device", "cpu",
    ];

    private static CommandResult Sweep(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = new CommandLine(new SweepCommand()).Run(["sweep", .. arguments], output, error);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }
}
