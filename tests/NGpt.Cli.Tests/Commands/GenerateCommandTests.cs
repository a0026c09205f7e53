using System.Text.Json;
using NGpt.Cli.Commands;
using NGpt.Cli.Tests.Evaluation;
using NGpt.Cli.Tests.Training;
using NGpt.Core.Sampling;
using NGpt.Torch.Checkpoints;
using NGpt.Torch.Generation;
using static TorchSharp.torch;

namespace NGpt.Cli.Tests.Commands;

[Collection(OneAtATime.Name)]
public sealed class GenerateCommandTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    private readonly string _run = trained.Folder.At("run");

    [Fact]
    public void The_text_is_the_one_that_libtorch_would_write()
    {
        // Longer than the context of 17: the older half is forgotten on the way.
        using SavedModel saved = SavedModel.Open(_run, CPU);
        using TextGenerator generator = new(saved.Model, saved.Tokenizer);
        SamplingOptions greedy = new() { Temperature = 0, MaxTokens = 60 };
        string expected = generator.Generate("größer sphere", greedy, stop: TestContext.Current.CancellationToken).Text;
        CommandResult result = Generate(_run, "--prompt", "größer sphere", "--temperature", "0", "--max-tokens", "60");
        Assert.Equal((0, $"größer sphere{expected}\n"), (result.ExitCode, result.Output));
        Assert.Matches($@"^ngpt: warning: prompt and text are longer than the context length of 17 tokens: the first \d+ were not read in the end
{trained.Checkpoint}: 60 tokens, \d+ a second, ended by the limit of --max-tokens; --seed \d+ gives this text again\n$", result.Error);
    }

    [Fact]
    public void A_seed_gives_the_same_text_again_whatever_the_prompt_comes_from()
    {
        string file = trained.Folder.At("prompt.txt");
        File.WriteAllText(file, "the unit\r\n");
        JsonElement first = Json("--prompt", "the unit", "--max-tokens", "23", "--device", "cpu");
        string seed = first.GetProperty("seed").GetUInt64().ToString(System.Globalization.CultureInfo.InvariantCulture);
        JsonElement again = Json("--file", file, "--max-tokens", "23", "--seed", seed, "--threads", "1");
        Assert.Equal(first.GetProperty("text").GetString(), again.GetProperty("text").GetString());
        Assert.Equal(
            (trained.Checkpoint, "the unit", 8, 23, "max_tokens"),
            (again.GetProperty("model").GetString(), again.GetProperty("prompt").GetString(), again.GetProperty("prompt_tokens").GetInt32(),
                again.GetProperty("generated_tokens").GetInt32(), again.GetProperty("stop_reason").GetString()));
    }

    [Fact]
    public void A_prompt_of_Windows_is_read_as_a_corpus_is()
    {
        string file = trained.Folder.At("windows.txt");
        File.WriteAllBytes(file, [.. "\uFEFFone.\r\ntwo\r:\r\n"u8]);
        Assert.Equal("one.\ntwo\r:", Json("--file", file, "--max-tokens", "1").GetProperty("prompt").GetString());
    }

    [Fact]
    public void A_prompt_longer_than_the_context_is_said_to_be_cut()
    {
        CommandResult result = Generate(_run, "--prompt", "the unit sphere of vectors", "--max-tokens", "2", "--json");
        Assert.Equal((0, "ngpt: warning: the prompt has 26 tokens, more than the context length of 17: its beginning is not read\n"), (result.ExitCode, result.Error));
        Assert.Equal(18, JsonDocument.Parse(result.Output).RootElement.GetProperty("discarded_tokens").GetInt32());
    }

    [Theory]
    [InlineData("--top-k has no effect: decoding at temperature 0 is greedy", "--top-k", "3", "--temperature", "0")]
    [InlineData("--seed has no effect: decoding at temperature 0 is greedy", "--seed", "3", "--temperature", "0")]
    [InlineData("--repeat-last-n has no effect: the repeat penalty is off", "--repeat-last-n", "3")]
    [InlineData("the prompt has U+FFFD, which stands for bytes that are not UTF-8", "--prompt", "a\uFFFD")]
    [InlineData(null, "--repeat-last-n", "3", "--repeat-penalty", "1.1", "--top-k", "3")]
    public void What_has_no_effect_is_warned_about(string? expected, params string[] options) =>
        Assert.Equal(expected is null ? "" : $"ngpt: warning: {expected}\n", Generate([_run, "--max-tokens", "1", "--json", .. options]).Error);

    [Theory]
    [InlineData(2, "--device cuda: text is generated on the processor. Leave --device out", "--device", "cuda")]
    [InlineData(2, "--threads: must be between 1 and 1024, not 0", "--threads", "0")]
    [InlineData(2, "--prompt and --file are both given. Give one of them", "--prompt", "a", "--file", "b")]
    [InlineData(2, "--temperature is -1; allowed", "--temperature", "-1")]
    [InlineData(2, "the models RUN and --model other are both given. Give one of them", "--model", "other")]
    [InlineData(2, "the models RUN and --model other are both given. Give one of them", "-m", "other")]
    [InlineData(2, "unexpected argument stray", "stray")]
    public void Wrong_input_is_one_line(int exitCode, string problem, params string[] arguments) =>
        IsOneLine(exitCode, problem.Replace("RUN", _run, StringComparison.Ordinal), Generate([_run, .. arguments]));

    [Theory]
    [InlineData(2, "none: there is no such folder. Give a run folder", "none")]
    [InlineData(2, "none: there is no such folder. Give a run folder", "--model", "none")]
    [InlineData(2, "no model is given. Give a run folder, a checkpoint folder or a .gguf file", "--prompt", "a")]
    [InlineData(2, "unknown option --promt: did you mean --prompt?", "--promt", "a")]
    public void A_model_that_is_missing_is_one_line(int exitCode, string problem, params string[] arguments) =>
        IsOneLine(exitCode, problem, Generate(arguments));

    [Theory]
    [InlineData("RUN", "--json", "--prompt", "the unit")]
    [InlineData("--json", "RUN", "--prompt", "the unit")]
    [InlineData("--prompt", "the unit", "--json", "RUN")]
    [InlineData("--json", "--stop", "never", "RUN", "--prompt", "the unit")]
    [InlineData("--json", "--model", "RUN", "--prompt", "the unit")]
    [InlineData("-m", "RUN", "--json", "--prompt", "the unit")]
    public void The_model_stands_where_a_person_puts_it(params string[] arguments)
    {
        CommandResult result = Generate([.. arguments.Select(word => word == "RUN" ? _run : word), "--max-tokens", "1"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("\"prompt\":\"the unit\"", result.Output, StringComparison.Ordinal);
    }

    private static void IsOneLine(int exitCode, string problem, CommandResult result)
    {
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"ngpt: {problem}", result.Error);
        Assert.Equal(result.Error.Length, result.Error.IndexOf('\n', StringComparison.Ordinal) + 1);
    }

    private static CommandResult Generate(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = new CommandLine(new GenerateCommand()).Run(["generate", .. arguments], output, error);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }

    private JsonElement Json(params string[] arguments)
    {
        CommandResult result = Generate([_run, "--json", .. arguments]);
        Assert.Equal(0, result.ExitCode);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        return json.RootElement.Clone();
    }
}
