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
    public void A_faster_nGPT_is_said_to_be_faster_with_its_interval()
    {
        Report report = Of([1.9, 2.0, 2.1], [0.98, 1, 1.02]);

        Assert.Contains("nGPT lower by", report.Findings[0]);
        Assert.Matches(@"GPT needed (1\.9|2\.0)\d tokens for each of nGPT's \(95% interval 1\.\d\d to 2\.\d\d\): nGPT was faster\.$", report.Findings[1]);
        Assert.DoesNotContain(report.Findings, finding => finding.Contains("behind", StringComparison.Ordinal));
    }

    [Fact]
    public void A_slower_nGPT_is_said_to_be_slower()
    {
        Report report = Of([0.49, 0.5, 0.51], [0.98, 1, 1.02]);

        Assert.Contains("nGPT higher by", report.Findings[0]);
        Assert.Matches(@"GPT needed 0\.[45]\d tokens for each of nGPT's \(95% interval 0\.\d\d to 0\.\d\d\): nGPT was slower\.$", report.Findings[1]);
    }

    [Fact]
    public void Where_the_interval_includes_1_neither_is_shown_to_be_faster()
    {
        Report report = Of([0.8, 1.3, 1.1], [1.2, 0.9, 1.0]);

        Assert.Contains("no difference that the seeds could tell from none", report.Findings[0]);
        Assert.EndsWith("the interval includes 1, so neither is shown to be faster.", report.Findings[1]);
    }

    [Fact]
    public void Faster_in_tokens_and_slower_in_time_are_told_apart()
    {
        RecordedRun[] nGpt = [.. Enumerable.Range(1, 3).Select(seed => SyntheticRuns.Of(Architecture.NGpt, seed, 1.5 + (0.01 * seed), 3e-5))];
        RecordedRun[] gpt = [.. Enumerable.Range(1, 3).Select(seed => SyntheticRuns.Of(Architecture.Gpt, seed, 1 + (0.01 * seed), 1e-5))];
        Report report = ComparisonReport.Of(new ComparedRuns(nGpt, gpt, LossMeasure.BitsPerByte), [], Origin);

        Assert.Contains("nGPT was faster", report.Findings[1]);
        Assert.Contains("nGPT was slower", report.Findings[2]);
        Assert.Contains("took 3.00 times as long", report.Findings[2]);
    }

    [Fact]
    public void One_seed_claims_nothing()
    {
        Report report = Of([2], [1]);

        Assert.Contains("one seed cannot tell whether that is more than chance", report.Findings[0]);
        Assert.Contains("one seed cannot tell whether that is more than chance", report.Findings[1]);
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
    public void Nats_are_named_where_they_are_used()
    {
        ComparedRuns runs = new([SyntheticRuns.Of(Architecture.NGpt, 1, 2)], [SyntheticRuns.Of(Architecture.Gpt, 1, 1)], LossMeasure.NatsPerToken);
        Report report = ComparisonReport.Of(runs, [], Origin);

        Assert.Contains("nats a token", report.Findings[0]);
        Assert.Equal("held-out loss (nats a token)", report.Figures.First().Y.Label);
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
