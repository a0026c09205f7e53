using System.Text.Json;
using NGpt.Cli.Commands;
using NGpt.Cli.Tests.Evaluation;
using NGpt.Cli.Tests.Training;

namespace NGpt.Cli.Tests.Commands;

[Collection(OneAtATime.Name)]
public sealed class QuantizeCommandTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    private readonly TrainingFolder _folder = trained.Folder;
    private readonly string _run = trained.Folder.At("run");

    [Fact]
    public void The_file_and_what_it_costs_are_shown()
    {
        string file = _folder.At("shown.gguf");
        CommandResult result = Quantize(_run, "--type", "q8_0", "--out", file, "--max-tokens", "200");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"checkpoint:    {trained.Checkpoint}\nfile:          {file}\nstored as:     BF16 ", result.Output);
        Assert.Matches(@"size:          \d.* → \d.*, 1\d\.\d bits for each of [\d,]+ parameters\n", result.Output);
        Assert.Contains("validation split, 200 tokens\n", result.Output);
        Assert.Matches(@"loss:          \d\.\d{4} → \d\.\d{4} nats per token, [+-]\d\.\d{5} ±\d\.\d{5}\n", result.Output);
        Assert.Matches(@"perplexity:    \d+\.\d{3} → \d+\.\d{3}\n", result.Output);
        Assert.Matches(@"bits per byte: \d\.\d{4} → \d\.\d{4}\n", result.Output);
        Assert.Contains("rows of 18 weights are stored as BF16: 18 is not a multiple of the Q8_0 block length 32\n", result.Output);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public void Figures_for_programs_are_the_last_line_and_float32_costs_nothing()
    {
        string file = _folder.At("json.gguf");
        CommandResult result = Quantize(_run, "--type", "F32", "--out", file, "--threads", "1", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Single(result.Output.TrimEnd().Split('\n'));
        Assert.Contains("bits per byte:", result.Error);
        JsonElement root = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal((file, "F32", 32), (root.GetProperty("file").GetString(), root.GetProperty("type").GetString(), root.GetProperty("bits_per_weight").GetDouble()));
        Assert.Equal(new FileInfo(file).Length, root.GetProperty("bytes").GetInt64());
        Assert.Equal(root.GetProperty("parameters").GetInt64(), Assert.Single(root.GetProperty("stored").EnumerateArray()).GetProperty("parameters").GetInt64());
        JsonElement evaluation = root.GetProperty("evaluation");
        Assert.Equal((0, 0), (evaluation.GetProperty("loss_increase").GetDouble(), evaluation.GetProperty("loss_increase_stderr").GetDouble()));
        Assert.Equal(evaluation.GetProperty("before").GetProperty("perplexity").GetDouble(), evaluation.GetProperty("after").GetProperty("perplexity").GetDouble());

        // The file knows what was held out: measured by itself it has the same loss.
        using StringWriter output = new();
        using StringWriter error = new();
        Assert.Equal(0, new CommandLine(new EvalCommand(new RuntimeScorerOptions())).Run(["eval", file, "--json"], output, error));
        JsonElement text = JsonDocument.Parse(output.ToString()).RootElement.GetProperty("text");
        Assert.Equal(evaluation.GetProperty("tokens").GetInt64(), text.GetProperty("tokens").GetInt64());
        Assert.Equal(evaluation.GetProperty("after").GetProperty("loss").GetDouble(), text.GetProperty("loss").GetDouble(), 1e-6);
    }

    [Fact]
    public void Without_measuring_the_file_lies_beside_the_run()
    {
        CommandResult result = Quantize(_run, "--type", "BF16", "--no-eval", "--json");
        Assert.Equal((0, "run"), (result.ExitCode, Path.GetFileName(_run)));
        JsonElement root = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal(JsonValueKind.Null, root.GetProperty("evaluation").ValueKind);
        string file = root.GetProperty("file").GetString()!;
        Assert.Equal(_folder.Path, Path.GetDirectoryName(file));
        Assert.Matches(@"^run-\d.*K-v1\.0-BF16\.gguf$", Path.GetFileName(file));
        CommandResult again = Quantize(_run, "--type", "BF16", "--no-eval");
        Assert.Equal((2, $"ngpt: {file} is there already. Give --force to replace it, or another --out\n"), (again.ExitCode, again.Error));
        Assert.Equal(0, Quantize(_run, "--type", "BF16", "--no-eval", "--force").ExitCode);
    }

    [Fact]
    public void A_checkpoint_without_its_run_is_written_and_not_measured()
    {
        string copy = Directory.CreateDirectory(_folder.At("alone")).FullName;
        foreach (string file in Directory.GetFiles(trained.Checkpoint))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)), overwrite: true);
        }

        CommandResult result = Quantize(copy, "--type", "Q4_0", "--out", _folder.At("alone.gguf"));
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("warning: the loss was not measured: nothing says what text was held out. Give --data, or a run folder\n", result.Error);
        Assert.DoesNotContain("perplexity", result.Output);
        CommandResult measured = Quantize(copy, "--type", "Q4_0", "--out", _folder.At("alone.gguf"), "--force", "--data", _folder.Text, "--max-tokens", "50");
        Assert.Contains("50 tokens", measured.Output);
    }

    [Theory]
    [InlineData("RUN", 2, "option '--type' is required")]
    [InlineData("RUN --type Q5_1 --max-tokens 0", 2, "--type \"Q5_1\" is not one of F32, F16, BF16, Q8_0, Q4_0, NVFP4; --max-tokens 0 is below 1")]
    [InlineData("RUN --type F32 --no-eval --data TEXT", 2, "--data and --no-eval exclude each other")]
    [InlineData("RUN --type F32 --threads 0", 2, "--threads: must be between 1 and 1024, not 0")]
    [InlineData("RUN --type F32 --out model.bin", 2, "model.bin does not end in .gguf")]
    [InlineData("none --type F32", 2, "none: there is no such folder")]
    public void Wrong_input_is_one_line(string arguments, int exitCode, string problem)
    {
        CommandResult result = Quantize([.. arguments.Split(' ').Select(word =>
            word.Replace("RUN", _run, StringComparison.Ordinal).Replace("TEXT", _folder.Text, StringComparison.Ordinal))]);
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.Contains(problem, result.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(result.Error.Length, result.Error.IndexOf('\n', StringComparison.Ordinal) + 1);
    }

    private static CommandResult Quantize(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = new CommandLine(new QuantizeCommand()).Run(["quantize", .. arguments], output, error);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }
}
