using NGpt.Cli.Display;

namespace NGpt.Cli.Tests.Display;

public sealed class LossChartTests
{
    [Fact]
    public void A_falling_line_goes_from_the_upper_left_to_the_lower_right()
    {
        (double, double)[] losses = [.. Enumerable.Range(0, 8).Select(i => ((double)i, 8.0 - i))];
        IReadOnlyList<(string Label, string Plot)> lines = LossChart.Draw(losses, [], 0, 8, width: 4, height: 2);
        Assert.Equal(["⠙⢦⡀⠀", "⠀⠀⠙⢦"], lines.Select(line => line.Plot));
        Assert.Equal(["  8.00", "  1.00"], lines.Select(line => line.Label));
    }

    [Fact]
    public void Evaluations_are_marks_at_their_step_and_loss()
    {
        IReadOnlyList<(string Label, string Plot)> lines = LossChart.Draw([], [(0, 3), (9, 1)], 0, 10, width: 5, height: 3);
        Assert.Equal('◆', lines[2].Plot[4]);
        Assert.Equal('◆', lines[0].Plot[0]);
    }

    [Fact]
    public void Nothing_a_single_point_and_losses_that_are_no_numbers_are_drawn()
    {
        Assert.All(LossChart.Draw([], [], 0, 0, 3, 2), line => Assert.Equal("⠀⠀⠀", line.Plot));
        Assert.Contains(LossChart.Draw([(1, 2)], [], 0, 5, 3, 2), line => line.Plot != "⠀⠀⠀");
        Assert.Contains(LossChart.Draw([(1, double.NaN), (2, 2), (3, 3)], [(2, double.PositiveInfinity)], 0, 5, 3, 2), line => line.Plot != "⠀⠀⠀");
    }
}
