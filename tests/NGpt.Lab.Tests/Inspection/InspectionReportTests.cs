using NGpt.Core.Configuration;
using NGpt.Lab.Figures;
using NGpt.Lab.Inspection;
using NGpt.Lab.Reports;

namespace NGpt.Lab.Tests.Inspection;

public sealed class InspectionReportTests
{
    private static readonly ReportOrigin Origin = new()
    {
        Command = "ngpt inspect a b",
        Version = "0",
        Machine = "m",
        Written = DateTimeOffset.UnixEpoch,
        Elapsed = TimeSpan.Zero,
        Seeds = [1],
        Configuration = [],
    };

    private static readonly ModelInspection NGpt = TestModels.Inspect(Architecture.NGpt);
    private static readonly ModelInspection Gpt = TestModels.Inspect(Architecture.Gpt);

    [Fact]
    public void Every_figure_has_both_models_in_their_colours()
    {
        Report report = Report(NGpt, Gpt);
        string[] names = [.. report.Figures.Select(figure => figure.Name)];
        Assert.Equal(
            [
                "embedding-norms-in", "embedding-norms-out", "embedding-eigenvalues-in", "embedding-eigenvalues-out", "embedding-cosines-in", "embedding-cosines-out",
                "attention-conditions", "mlp-conditions", "eigen-learning-rates", "query-key-scale", "mlp-scales", "logit-scale",
                "residual-step-angles", "residual-start-angles", "residual-norms", "loss-by-context", "loss-by-position",
            ],
            names);
        string[] onlyNGpt = ["eigen-learning-rates", "query-key-scale", "mlp-scales", "logit-scale"];
        foreach (Figure figure in report.Figures)
        {
            Assert.Equal(onlyNGpt.Contains(figure.Name) ? ["nGPT"] : ["nGPT", "GPT"], figure.Series.Select(series => series.Name.Split(',')[0]).Distinct());
            Assert.All(figure.Series, series => Assert.Equal(series.Name.StartsWith("nGPT", StringComparison.Ordinal) ? 0 : 1, series.Color));
            Assert.All(figure.Series, series => Assert.Equal(series.X.Count, series.Y.Count));
            Assert.All(figure.Series, series => Assert.Equal(series.X.Order(), series.X));
            Assert.All(figure.Series.Where(series => series.Kind == SeriesKind.Histogram), series => Assert.Equal(100, series.Y.Sum(), 1e-9));
            Assert.All(figure.Series.Where(series => series.Band is not null), series => Assert.Equal((series.X.Count, series.X.Count), (series.Band!.Low.Count, series.Band.High.Count)));
            Assert.False(figure.X.IsLogarithmic && figure.Series.Any(series => series.X.Any(x => x <= 0)));
            Assert.False(figure.Y.IsLogarithmic && figure.Series.Any(series => series.Y.Any(y => y <= 0)));
        }
    }

    [Fact]
    public void Norms_of_nGPT_are_in_one_bin_and_those_of_GPT_in_many()
    {
        Figure norms = Figure(Report(NGpt, Gpt), "embedding-norms-in");
        Assert.Equal("share of the tokens (%)", norms.Y.Label);
        Assert.Equal(100, norms.Series[0].Y.Max());
        int full = norms.Series[0].Y.ToList().IndexOf(100);
        Assert.Equal(1, norms.Series[0].X[full], 0.05);
        Assert.True(norms.Series[1].Y.Count(share => share > 0) > 2);
    }

    [Fact]
    public void Curves_by_layer_have_the_points_of_the_layers()
    {
        Report report = Report(NGpt, Gpt);
        FigureSeries alpha = Figure(report, "eigen-learning-rates").Series[1];
        Assert.Equal(("nGPT, |α_M|", true), (alpha.Name, alpha.IsDashed));
        Assert.Equal([1, 2, 3], alpha.X);
        Assert.Equal(NGpt.ScalesOf(ScaleKind.MlpAlpha).Select(scale => scale.Values.Average()), alpha.Y);
        FigureSeries attention = Figure(report, "attention-conditions").Series[1];
        Assert.Equal([1, 2, 3], attention.X);
        double[] second = [.. MatrixConditions.Attention.Select(kind => Gpt.Conditions.Single(conditions => conditions.Kind == kind).ByLayer[1]).Order()];
        Assert.Equal((second[0], (second[1] + second[2]) / 2, second[3]), (attention.Band!.Low[1], attention.Y[1], attention.Band.High[1]));
        FigureSeries mlpAngle = Figure(report, "residual-step-angles").Series[1];
        Assert.Equal("nGPT, MLP", mlpAngle.Name);
        Assert.Equal([.. new[] { 1, 3, 5 }.Select(step => NGpt.Text!.Trajectory.StepAngles[step].Mean)], mlpAngle.Y);
        Assert.Equal("angle (degrees)", Figure(report, "residual-step-angles").Y.Label);
        Assert.Equal([0.5, 1, 1.5, 2, 2.5, 3], Figure(report, "residual-start-angles").Series[0].X);
        Assert.Equal([0, 0.5, 1, 1.5, 2, 2.5, 3], Figure(report, "residual-norms").Series[1].X);
        FigureSeries eigenvalues = Figure(report, "embedding-eigenvalues-out").Series[0];
        Assert.Equal(30, eigenvalues.Y.Count);
        Assert.Equal(eigenvalues.Y.OrderDescending(), eigenvalues.Y);
        Assert.Equal(1, (eigenvalues.Y[14] + eigenvalues.Y[15]) / 2, 1e-12);
    }

    [Fact]
    public void Losses_are_nats_for_the_same_tokens_and_bits_per_byte_for_different_ones()
    {
        Figure nats = Figure(Report(NGpt, Gpt), "loss-by-context");
        Assert.Equal(("context (tokens)", "held-out loss (nats per token)"), (nats.X.Label, nats.Y.Label));
        Assert.Equal([13, 26], nats.Series[1].X);
        Assert.Equal(Gpt.Text!.Losses.Select(losses => losses.Loss), nats.Series[1].Y);
        FigureMark mark = Assert.Single(nats.Marks);
        Assert.Equal(("trained on 13", 13.0, true), (mark.Text, mark.Value, mark.IsVertical));
        Report other = Report(NGpt, TestModels.Inspect(Architecture.Gpt, fingerprint: "other"));
        Figure bits = Figure(other, "loss-by-context");
        Assert.Equal("held-out loss (bits per byte)", bits.Y.Label);
        Assert.Equal(Gpt.Text.Losses.Select(losses => losses.BitsPerByte), bits.Series[1].Y);
        Assert.Equal("held-out loss (bits per byte)", Figure(other, "loss-by-position").Y.Label);
        Assert.Contains(other.Findings, finding => finding.Contains("bits per byte", StringComparison.Ordinal));
    }

    [Fact]
    public void Findings_are_sentences_with_the_numbers_of_both()
    {
        Report report = Report(NGpt, Gpt);
        Assert.All(report.Findings, finding => Assert.EndsWith(".", finding));
        double ngpt = Distribution.Of([.. NGpt.ConditionsOf(MatrixConditions.Attention)]).Median;
        double gpt = Distribution.Of([.. Gpt.ConditionsOf(MatrixConditions.Attention)]).Median;
        Assert.Contains($"Condition numbers of attention matrices: nGPT {NumberText.Of(ngpt)}, GPT {NumberText.Of(gpt)} (median over heads, then over layers and matrices).", report.Findings);
        Assert.Contains(report.Findings, finding => finding.StartsWith("All matrices of nGPT are on the hypersphere", StringComparison.Ordinal));
        Assert.Contains("Inspection of nGPT, GPT", report.Title);
    }

    [Fact]
    public void Tables_are_complete()
    {
        Report report = Report(NGpt, Gpt);
        Assert.All(report.Tables, table => Assert.All(table.Rows, row => Assert.Equal(table.Headers.Count, row.Count)));
        Assert.Equal(report.Tables.Count(), report.Tables.Select(table => table.Name).Distinct().Count());
        Assert.Equal(9, Table("condition-numbers").Rows.Count);
        Assert.Equal(6, Table("condition-numbers-by-layer").Rows.Count);
        Assert.Equal(16, Table("learned-scales").Rows.Count);
        Assert.Equal(9, Table("hypersphere").Rows.Count);
        Assert.Equal(4, Table("longer-contexts").Rows.Count);
        Assert.Equal("7 of 9", Table("models").Rows[0][8]);

        ReportTable Table(string name) => report.Tables.Single(table => table.Name == name);
    }

    [Fact]
    public void What_was_not_measured_is_not_shown()
    {
        Report report = Report(Gpt with { Text = null });
        Assert.Equal(["Models", "Embeddings", "Condition numbers"], report.Sections.Select(section => section.Title));
        Assert.Equal(5, report.Findings.Count);
    }

    [Fact]
    public void A_scale_may_be_a_scalar_and_a_matrix_singular()
    {
        ModelInspection scalar = NGpt with
        {
            Scales = [.. NGpt.Scales.Select(scale => scale with { Values = [0.25] })],
            Conditions = [.. NGpt.Conditions.Select(conditions => conditions with { ByLayer = [2, double.PositiveInfinity, 3] })],
        };
        Report report = Report(scalar);
        Assert.Equal([0.25, 0.25, 0.25], Figure(report, "query-key-scale").Series[0].Y);
        Assert.Equal(100, Figure(report, "logit-scale").Series[0].Y.Sum());
        Assert.Equal([2, double.NaN, 3], Figure(report, "mlp-conditions").Series[0].Y);
        Assert.Contains("infinite", report.Tables.Single(table => table.Name == "condition-numbers-by-layer").Rows[1]);
    }

    private static Report Report(params ModelInspection[] models) => InspectionReport.Of(new InspectionResult(models, [], TimeSpan.Zero), Origin);

    private static Figure Figure(Report report, string name) => report.Figures.Single(figure => figure.Name == name);
}
