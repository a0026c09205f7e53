using NGpt.Cli.Display;
using NGpt.Torch.Training;
using Spectre.Console;
using Spectre.Console.Testing;

namespace NGpt.Cli.Tests.Display;

public sealed class LiveTrainingDisplayTests
{
    private const string HideCursor = "\u001b[?25l";
    private const string ShowCursor = "\u001b[?25h";

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    public void No_line_is_wider_than_the_terminal(int width)
    {
        using TestConsole console = Terminal(width);
        TrainingProgress progress = new(TrainingStory.Plan(("steps", "1234567")));
        progress.Add(new StepReport(123_456, 2.5, 1.25, 1e-3, 123_456, 1, 0, 9_876_543_210, 1.5e-7, TimeSpan.FromDays(3.5)));
        progress.Add(new EvaluationReport(123_456, 2.4, 3.4, 4096, true));
        console.Write(LiveTrainingView.Render(progress, console, stopping: false));
        Assert.All(console.Lines, line => Assert.InRange(line.Length, 0, width - 1));
        Assert.Contains("123,456/1,234,567", console.Output);
        Assert.Contains("◆", console.Output);
    }

    [Fact]
    public void Figures_results_and_the_unwrapped_command_are_shown()
    {
        using TestConsole console = Terminal(40);
        using (LiveTrainingDisplay display = new(console))
        {
            TrainingStory.Tell(display, TrainingStory.Plan(), TrainingEnd.Stopped);
        }

        Assert.Contains("--su-init [x] has no effect", console.Output);
        Assert.Contains("100%  7/7", console.Output);
        Assert.Contains("A [sample]", console.Output);
        Assert.Contains("ngpt generate \"runs/a b\" --prompt \"…\"\n", console.Output.Replace("\r\n", "\n", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_unicode_the_bar_is_plain_and_there_is_no_chart()
    {
        using TestConsole console = Terminal(80);
        console.Profile.Capabilities.Unicode = false;
        TrainingProgress progress = new(TrainingStory.Plan());
        progress.Add(new StepReport(3, 2.5, 1, 1e-3, 1, 1, 0, 1, null, TimeSpan.Zero));
        console.Write(LiveTrainingView.Render(progress, console, stopping: true));
        Assert.Contains("====", console.Output);
        Assert.Contains("stopping", console.Output);
        Assert.DoesNotContain("│", console.Output);
    }

    [Fact]
    public void The_cursor_comes_back_when_the_run_fails()
    {
        using TestConsole console = Terminal(80).EmitAnsiSequences();
        using (LiveTrainingDisplay display = new(console))
        {
            display.OnPlan(TrainingStory.Plan());
            Assert.Contains(HideCursor, console.Output);
        }

        Assert.True(console.Output.LastIndexOf(ShowCursor, StringComparison.Ordinal) > console.Output.LastIndexOf(HideCursor, StringComparison.Ordinal));
    }

    private static TestConsole Terminal(int width)
    {
        TestConsole console = new TestConsole().Width(width).Interactive();
        console.Profile.Height = 30;
        console.Profile.Capabilities.Unicode = true;
        console.Profile.Capabilities.Ansi = true;
        return console;
    }
}
