using NGpt.Core.Configuration;
using NGpt.Lab.Figures;
using NGpt.Lab.Reports;
using NGpt.Lab.Sweeping;

namespace NGpt.Lab.Tests.Sweeping;

public sealed class SweepReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static ReportOrigin Origin { get; } = new()
    {
        Command = "ngpt sweep",
        Version = "ngpt 0",
        Machine = "a machine",
        Written = DateTimeOffset.UnixEpoch,
        Elapsed = TimeSpan.FromMinutes(1),
        Seeds = [1],
        Configuration = [],
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Findings_say_how_far_the_best_rate_moved()
    {
        Report report = Of(SyntheticSweep.Of(SyntheticSweep.Plan(), -0.6, 0.05));

        Assert.Equal(
            "published: best base learning rate 0.009 at width 64, 0.00594 at width 128, 0.00392 at width 256: 0.44 times that of the base model at 4 times the width (drift -0.60; 0 is transfer).",
            report.Findings[0]);
        Assert.StartsWith("νGPT: best base learning rate 0.009 at width 64, ", report.Findings[1]);
        Assert.Equal("The drift is 0.05 with νGPT and -0.60 with the published parametrization: νGPT is nearer to 0, but one seed cannot show whether that is more than chance.", report.Findings[2]);
        Assert.Equal("published: 0.01, the best tried at width 64, ended 0.0409 bits per byte above the best tried at width 256.", report.Findings[3]);
        Assert.Equal("νGPT: 0.01, the best tried at width 64, is the best tried at width 256 too.", report.Findings[4]);
        Assert.Contains(report.Cautions, caution => caution.StartsWith("One seed:", StringComparison.Ordinal));
        Assert.Contains(report.Cautions, caution => caution.StartsWith("The models are small", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Cautions, caution => caution.Contains("diverged", StringComparison.Ordinal) || caution.Contains("end of", StringComparison.Ordinal));
    }

    [Fact]
    public void The_published_rate_may_be_the_one_that_drifts_less()
    {
        Assert.Contains("0.40 with νGPT and -0.10 with the published parametrization: the published one is nearer to 0", Of(SyntheticSweep.Of(SyntheticSweep.Plan(), -0.1, 0.4)).Findings[2]);
        Assert.Contains("-0.45 with νGPT and -0.30 with the published parametrization: the published one is nearer to 0", Of(SyntheticSweep.Of(SyntheticSweep.Plan(), -0.3, -0.45)).Findings[2]);
        Assert.Contains("equally far from 0", Of(SyntheticSweep.Of(SyntheticSweep.Plan(), 0.2, 0.2)).Findings[2]);
    }

    [Fact]
    public void Several_seeds_have_intervals()
    {
        Report report = Of(SyntheticSweep.Of(SyntheticSweep.Plan(seeds: 3), -0.5, 0, seedShift: 0.1));

        Assert.Matches(@"\(drift -0\.50, 95% interval -0\.\d\d to -0\.\d\d; 0 is transfer\)\.$", report.Findings[0]);
        Assert.Contains("which includes 0: no significant drift", report.Findings[1]);
        // A seed moves both alike: -0.5 and 0 are told apart, -0.5 and 0.45 are not.
        Assert.EndsWith("νGPT is nearer to 0.", report.Findings[2]);
        Assert.EndsWith(", but the difference is not significant.", Of(SyntheticSweep.Of(SyntheticSweep.Plan(seeds: 3), -0.5, 0.45, seedShift: 0.1)).Findings[2]);
        Assert.NotNull(report.Figures.First().Series[0].Band);
        Assert.NotNull(report.Figures.Last().Series[0].Band);
    }

    [Fact]
    public void Ends_of_the_grid_divergence_and_missing_runs_are_reported()
    {
        SweepPlan plan = SyntheticSweep.Plan(rates: [0.005, 0.01, 0.02]);
        Report ends = Of(SyntheticSweep.Of(plan, -2, 0, diverges: run => run is { Parametrization: Parametrization.NuGpt, Multiple: 4, Rate: 0.01 }));

        Assert.Contains("0.005 or lower at width 256", ends.Findings[0]);
        Assert.EndsWith("no drift can be stated while a best rate is at the end of the grid.", ends.Findings[0]);
        Assert.DoesNotContain(ends.Findings, finding => finding.StartsWith("The drift", StringComparison.Ordinal));
        Assert.Equal("νGPT: 0.01, the best tried at width 64, diverged at width 256.", ends.Findings[3]);
        Assert.Contains(ends.Cautions, caution => caution.Contains("published at width 128, published at width 256", StringComparison.Ordinal));
        Assert.Contains(ends.Cautions, caution => caution == "1 run diverged: νGPT, width 256, learning rate 0.01, seed 1337.");
        Assert.Equal(["published", "νGPT", "at the end of the grid"], ends.Figures.First().Series.Select(series => series.Name));

        SweepResult part = SyntheticSweep.Of(plan, 0, 0, done: 6);
        Assert.Contains("no other size is finished", Of(part).Findings[0]);
        Assert.Contains(Of(part).Cautions, caution => caution.StartsWith("6 of 18 runs are finished within the time limit.", StringComparison.Ordinal));

        Report none = Of(SyntheticSweep.Of(plan, 0, 0, diverges: run => run.Multiple == 4));
        Assert.Contains("none (all diverged) at width 256: no drift can be stated", none.Findings[0]);
    }

    [Fact]
    public void Figures_and_tables_hold_every_size_and_run_and_can_be_written()
    {
        SweepResult result = SyntheticSweep.Of(SyntheticSweep.Plan(), -0.6, 0, diverges: run => run is { Multiple: 2, Rate: 0.04 });
        Report report = Of(result);
        Figure best = report.Figures.First();
        Figure published = report.Figures.Single(figure => figure.Name == "loss-by-rate-published");

        Assert.Equal([64, 128, 256], best.Series[0].X);
        Assert.Equal([1, Math.Pow(2, -0.6), Math.Pow(4, -0.6)], best.Series[0].Y.Select(value => Math.Round(value, 9)), (expected, found) => Math.Abs(expected - found) < 1e-8);
        Assert.Equal((0, 2), (best.Series[0].Color, best.Series[1].Color));
        Assert.True(best.X.IsLogarithmic && best.Y.IsLogarithmic);
        Assert.Equal(("transfers", 1), (best.Marks[0].Text, best.Marks[0].Value));
        Assert.Equal(["width 64", "width 128", "width 256"], published.Series.Select(series => series.Name));
        Assert.Equal(result.Plan.Rates, published.Series[0].X);
        Assert.Equal(result.Transfers[0].Curves[2].Losses(0), published.Series[2].Y);
        Assert.True(double.IsNaN(published.Series[1].Y[4]));
        Assert.Equal(SyntheticSweep.Start, published.Marks[0].Value, 1e-9);
        Assert.Equal(30, report.Tables.Single(table => table.Name == "runs").Rows.Count);
        Assert.Equal(2, report.Tables.Single(table => table.Name == "runs").Rows.Count(row => row[5] == "diverged"));
        Assert.Equal(6, report.Tables.Single(table => table.Name == "best-rates").Rows.Count);
        Assert.Equal(_folder.Path, Path.GetDirectoryName(ReportWriter.Write(report, _folder.Path)[0]));
        Assert.StartsWith("nGPT, 2 layers, width 64, 4 heads, MLP 256, context 64", SweepReport.Configuration(result)[0].Value);
    }

    private static Report Of(SweepResult result) => SweepReport.Of(result, Origin);
}
