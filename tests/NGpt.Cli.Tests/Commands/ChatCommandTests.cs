using NGpt.Cli.Commands;
using NGpt.Cli.Tests.Evaluation;
using NGpt.Cli.Tests.Training;
using NGpt.Core.Sampling;
using NGpt.Runtime.Generation;
using NGpt.Runtime.Models;

namespace NGpt.Cli.Tests.Commands;

[Collection(OneAtATime.Name)]
public sealed class ChatCommandTests : IClassFixture<TrainedRun>, IDisposable
{
    private static readonly SamplingOptions Greedy = new() { Temperature = 0, MaxTokens = 11 };

    private readonly string _run;
    private readonly RuntimeModel _model;
    private readonly TextGenerator _generator;

    public ChatCommandTests(TrainedRun trained)
    {
        _run = trained.Folder.At("run");
        _model = RuntimeModel.Load(_run);
        _generator = new TextGenerator(_model);
    }

    public void Dispose()
    {
        _generator.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Every_turn_continues_the_whole_text()
    {
        string first = Continuation("the sphere");
        string second = Continuation($"the sphere{first}\nof norm");
        // An empty line: the model continues by itself.
        string third = Continuation($"the sphere{first}\nof norm{second}");
        string fresh = Continuation("/unit");
        CommandResult result = Chat("the sphere\nof norm\n\n/clear\n//unit\n");
        Assert.Equal((0, $"{first}\n{second}\n{third}\n{fresh}\n", ""), (result.ExitCode, result.Output, result.Error));
        Assert.NotEqual(third, Continuation("of norm"));
    }

    [Fact]
    public void Settings_change_between_turns()
    {
        SamplingOptions drawn = Greedy with { Temperature = 1.5, TopK = 7, MaxTokens = 9, Seed = 42 };
        string expected = _generator.Generate("unit", drawn, stop: TestContext.Current.CancellationToken).Text;
        CommandResult result = Chat("/set temperature 1.5\n/set top-k 7\n/set  max-tokens  9\n/seed 42\nunit\n/set\n/exit\nnever read\n");
        Assert.Equal((0, $"{expected}\n"), (result.ExitCode, result.Output));
        Assert.Contains("temperature:       1.5\n", result.Error);
        Assert.Contains("seed:              42\n", result.Error);
    }

    [Theory]
    [InlineData("/set temprature 1", "there is no setting temprature. Did you mean temperature?")]
    [InlineData("/set top-k many", "top-k: \"many\" is not a number")]
    [InlineData("/set top-p 1.5", "top-p is 1.5; allowed: 0 to 1, 1 is off")]
    [InlineData("/sing", "unknown command /sing. /help lists the commands")]
    [InlineData("/seed", "unknown command /seed. /help lists the commands")]
    public void A_mistake_is_one_line_and_the_text_continues(string line, string problem)
    {
        CommandResult result = Chat($"{line}\nthe sphere\n");
        Assert.Equal((0, $"{Continuation("the sphere")}\n"), (result.ExitCode, result.Output));
        Assert.StartsWith(problem, result.Error);
        Assert.Equal(result.Error.Length, result.Error.IndexOf('\n', StringComparison.Ordinal) + 1);
    }

    [Fact]
    public void Help_says_that_the_model_continues_a_text()
    {
        CommandResult result = Chat("/help\n", "--model", _run);
        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        Assert.Contains("A line is added to the text, and the model continues it.", result.Error);
    }

    private string Continuation(string text) => _generator.Generate(text, Greedy, stop: TestContext.Current.CancellationToken).Text;

    private CommandResult Chat(string typed) => Chat(typed, _run);

    private static CommandResult Chat(string typed, params string[] model)
    {
        using StringReader input = new(typed);
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = new CommandLine(new ChatCommand(input)).Run(["chat", .. model, "--temperature", "0", "--max-tokens", "11"], output, error);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }
}
