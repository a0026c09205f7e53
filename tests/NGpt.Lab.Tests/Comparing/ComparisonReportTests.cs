using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Lab.Comparing;
using NGpt.Lab.Figures;
using NGpt.Lab.Reports;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Tests.Comparing;

public sealed class ComparisonReportTests
{
    private static ReportOrigin Origin { get; } = new()
    {
        Command = "ngpt compare",
        Version = "ngpt 0",
        Machine = "a machine",
        Written = DateTimeOffset.UnixEpoch,
        Elapsed = TimeSpan.FromMinutes(1),
        Seeds = [1],
        Configuration = [],
    };

    [Fact]
    public void A_faster_nGPT_is_reported_as_faster_with_its_interval()
    {
        Report report = Of([1.9, 2.0, 2.1], [0.98, 1, 1.02]);

        Assert.StartsWith("After 20,480 training tokens each, nGPT reached ", report.Findings[0]);
        Assert.Contains(" (means of 3 seeds, 20,480 held-out tokens): nGPT is lower by ", report.Findings[0]);
        Assert.Matches(@"GPT needed (1\.9|2\.0)\d times as many training tokens as nGPT \(95% interval 1\.\d\d to 2\.\d\d\): nGPT was faster\.$", report.Findings[1]);
        Assert.DoesNotContain(report.Findings, finding => finding.Contains("needed more tokens than GPT", StringComparison.Ordinal));
    }

    [Fact]
    public void A_slower_nGPT_is_reported_as_slower()
    {
        Report report = Of([0.49, 0.5, 0.51], [0.98, 1, 1.02]);

        Assert.Contains("nGPT is higher by", report.Findings[0]);
        Assert.Matches(@"GPT needed 0\.[45]\d times as many training tokens as nGPT \(95% interval 0\.\d\d to 0\.\d\d\): nGPT was slower\.$", report.Findings[1]);
    }

    [Fact]
    public void An_interval_that_includes_1_is_no_significant_difference()
    {
        Report report = Of([0.8, 1.3, 1.1], [1.2, 0.9, 1.0]);

        Assert.Contains("no significant difference (95% interval -0.", report.Findings[0]);
        Assert.EndsWith(", which includes 1): no significant difference.", report.Findings[1]);
    }

    [Fact]
    public void Speedups_in_tokens_and_in_time_are_reported_separately()
    {
        RecordedRun[] nGpt = [.. Enumerable.Range(1, 3).Select(seed => SyntheticRuns.Of(Architecture.NGpt, seed, 1.5 + (0.01 * seed), 3e-5))];
        RecordedRun[] gpt = [.. Enumerable.Range(1, 3).Select(seed => SyntheticRuns.Of(Architecture.Gpt, seed, 1 + (0.01 * seed), 1e-5))];
        Report report = ComparisonReport.Of(new ComparedRuns(nGpt, gpt, LossMeasure.BitsPerByte), [], Origin);

        Assert.Contains("nGPT was faster", report.Findings[1]);
        Assert.Contains("nGPT was slower", report.Findings[2]);
        Assert.Contains("nGPT took 3.00 times as long per token as GPT", report.Findings[2]);
        Assert.Contains("speedup in time", report.Tables.Single(table => table.Name == "speedup").Headers);
    }

    [Fact]
    public void Without_steady_step_times_no_ratio_of_times_is_stated()
    {
        RecordedRun loaded = SyntheticRuns.Of(Architecture.NGpt, 1, 1.5, 2e-5) with { StepTimeSpread = 0.5 };
        Report report = ComparisonReport.Of(new ComparedRuns([loaded], [SyntheticRuns.Of(Architecture.Gpt, 1, 1)], LossMeasure.BitsPerByte), [], Origin);
        Assert.Equal("Training times cannot be compared: step times of nGPT, seed 1, spread by 50% (interquartile range over median); ratios are stated up to 15%.", report.Findings[2]);
        Assert.DoesNotContain(report.Findings, finding => finding.Contains("as long", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Figures, figure => figure.Name == "loss-by-time");
        Assert.Equal(["tokens"], report.Figures.Single(figure => figure.Name == "speedup").Series.Select(series => series.Name));
        Assert.DoesNotContain("speedup in time", report.Tables.Single(table => table.Name == "speedup").Headers);
        Assert.Contains(report.Sections[0].Text, text => text.StartsWith("There is no figure over training time", StringComparison.Ordinal));
        Assert.Equal("50%", report.Tables.Single(table => table.Name == "runs").Rows[0][6]);
    }

    [Fact]
    public void Runs_of_different_lengths_are_compared_at_equal_tokens()
    {
        RecordedRun nGpt = SyntheticRuns.Of(Architecture.NGpt, 1, 1);
        RecordedRun gpt = SyntheticRuns.Of(Architecture.Gpt, 1, 1);
        gpt = gpt with { Evaluations = [.. gpt.Evaluations.Take(31)] };
        Report report = ComparisonReport.Of(new ComparedRuns([nGpt], [gpt], LossMeasure.BitsPerByte), [], Origin);
        string loss = string.Create(CultureInfo.InvariantCulture, $"{gpt.Last.BitsPerByte:0.0000}");
        Assert.StartsWith($"After 15,360 training tokens each, nGPT reached {loss} bits per byte and GPT {loss} ", report.Findings[0]);
        Assert.Contains(report.Cautions, caution => caution.StartsWith("The runs have different lengths, 15,360 to 20,480 tokens: final losses are compared after 15,360 tokens", StringComparison.Ordinal));
    }

    [Fact]
    public void The_runs_come_last_with_their_recipe_said_once()
    {
        Report report = Of([2, 2.1], [1, 1.1]);
        Assert.Equal(["Loss", "Speedup at equal loss", "Runs"], report.Sections.Select(section => section.Title));
        Assert.Equal(
            ["nGPT: learning rate 0.01, cosine to 0, warmup 0 steps, weight decay 0, Adam 0.9, 0.95, gradient clip 1.", "GPT: learning rate 0.002, cosine to 0, warmup 2 steps, weight decay 0.1, Adam 0.9, 0.95, gradient clip 1."],
            report.Sections[2].Text);
        IReadOnlyList<string> row = report.Sections[2].Tables[0].Rows[3];
        Assert.Equal(("GPT", "1", "20,480", "gpt-1"), (row[0], row[1], row[4], row[^1]));
        Assert.Contains("measured on 20,480 held-out tokens", report.Sections[0].Text[0]);
    }

    [Fact]
    public void One_seed_claims_nothing()
    {
        Report report = Of([2], [1]);

        Assert.EndsWith(", but one seed cannot show whether that is more than chance.", report.Findings[0]);
        Assert.EndsWith(", but one seed cannot show whether that is more than chance.", report.Findings[1]);
        Assert.Contains(report.Cautions, caution => caution.StartsWith("One seed:", StringComparison.Ordinal));
    }

    [Fact]
    public void Figures_show_both_architectures_with_units()
    {
        Report report = Of([1.9, 2.1], [1, 1.05]);
        Figure loss = report.Figures.Single(figure => figure.Name == "loss-by-tokens");
        Figure time = report.Figures.Single(figure => figure.Name == "loss-by-time");
        Figure speedup = report.Figures.Single(figure => figure.Name == "speedup");

        Assert.Equal(("training tokens (millions)", "held-out loss (bits per byte)"), (loss.X.Label, loss.Y.Label));
        Assert.Equal("training time (seconds)", time.X.Label);
        Assert.Equal("GPT over nGPT (times)", speedup.Y.Label);
        Assert.Equal(["nGPT", "GPT"], loss.Series.Select(series => series.Name));
        Assert.Equal(["tokens", "time"], speedup.Series.Select(series => series.Name));
        Assert.Equal(1, Assert.Single(speedup.Marks).Value);
        // 40 evaluations of 512 tokens; the untrained model is on no curve.
        Assert.Equal(40, loss.Series[0].X.Count);
        Assert.Equal(40 * 512 / 1e6, loss.Series[0].X[^1], 1e-12);
        Assert.Equal(40 * 512 * 1e-5, time.Series[1].X[^1], 1e-9);
        Assert.All(loss.Series, series => Assert.All(series.Y.Zip(series.Band!.Low, series.Band.High), point => Assert.True(point.Second <= point.First && point.First <= point.Third)));
        Assert.All(speedup.Series[0].Y, ratio => Assert.InRange(ratio, 1.5, 2.4));
    }

    [Fact]
    public void The_unit_nats_is_named_where_it_is_used()
    {
        ComparedRuns runs = new([SyntheticRuns.Of(Architecture.NGpt, 1, 2)], [SyntheticRuns.Of(Architecture.Gpt, 1, 1)], LossMeasure.NatsPerToken);
        Report report = ComparisonReport.Of(runs, [], Origin);

        Assert.Contains("nats per token", report.Findings[0]);
        Assert.Equal("held-out loss (nats per token)", report.Figures.First().Y.Label);
        Assert.Equal(2 * runs.NGpt[0].Last.BitsPerByte, report.Figures.First().Series[0].Y[^1], 1e-12);
    }

    private static Report Of(double[] nGptSpeeds, double[] gptSpeeds) => ComparisonReport.Of(
        new ComparedRuns(
            [.. nGptSpeeds.Select((speed, seed) => SyntheticRuns.Of(Architecture.NGpt, seed, speed))],
            [.. gptSpeeds.Select((speed, seed) => SyntheticRuns.Of(Architecture.Gpt, seed, speed))],
            LossMeasure.BitsPerByte),
        [],
        Origin);
}
