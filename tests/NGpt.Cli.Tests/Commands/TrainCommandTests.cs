using NGpt.Cli.Commands;

namespace NGpt.Cli.Tests.Commands;

public sealed class TrainCommandTests
{
    [Fact]
    public void All_wrong_settings_are_named_in_one_line_before_anything_is_done()
    {
        (int code, string output, string error) = Run("--layers", "x", "--n_head=y", "--config", "no.toml", "--preset", "giant");
        Assert.Equal((2, ""), (code, output));
        Assert.Equal(
            "ngpt: --layers: \"x\" is not an integer; --n_head: \"y\" is not an integer; configuration file no.toml does not exist; "
            + $"unknown preset \"giant\": the presets are nano, small, medium, 0.5b, 1b{Environment.NewLine}",
            error);
    }

    [Fact]
    public void An_impossible_model_is_refused_with_the_nearest_that_fits()
    {
        (int code, _, string error) = Run("--heads", "3", "--embedding-width", "256", "--steps", "400", "--warmup-steps", "400");
        Assert.Equal(2, code);
        Assert.Equal(
            "ngpt: embedding width 256 is not divisible by 3 heads (nearest that fit: 252 and 258); "
            + $"warmup steps 400 leave no step of the schedule, which ends at step 400{Environment.NewLine}",
            error);
    }

    [Fact]
    public void Help_shows_examples_and_each_option_once()
    {
        (int code, string output, string error) = Run("--help");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("  ngpt train --preset nano", output);
        string[] options = [.. output.Split('\n').Where(line => line.StartsWith("  --", StringComparison.Ordinal)).Select(line => line.Split(' ')[2].TrimEnd())];
        Assert.Equal(options.Distinct(), options);
        Assert.Empty(new[] { "--preset", "--config", "--json", "--verbose", "--help", "--layers", "--resume" }.Except(options));
    }

    [Theory]
    [InlineData("--compile --heads 3", "ngpt: embedding width 128 is not divisible by 3 heads")]
    [InlineData("--compile=False --bias=False --wandb_log=False --dropout=0.0 --init_from=scratch --backend=gloo --heads 3", "ngpt: embedding width 128 is not divisible by 3 heads")]
    [InlineData("--dropout=0.1 --bias=True", "ngpt: --bias: biases are not supported: leave --bias out, or give False; --dropout: dropout 0.1 is not supported")]
    public void Options_of_nanoGPT_are_accepted_where_they_change_nothing(string arguments, string expected)
    {
        (int code, _, string error) = Run(arguments.Split(' '));
        Assert.Equal(2, code);
        Assert.StartsWith(expected, error);
        Assert.DoesNotContain("--compile", Run("--help").Output);
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = new CommandLine(new TrainCommand()).Run(["train", .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
