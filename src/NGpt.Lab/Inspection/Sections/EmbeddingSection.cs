using NGpt.Lab.Figures;
using NGpt.Lab.Reports;

namespace NGpt.Lab.Inspection.Sections;

/// <summary>The section on the two embedding matrices: norms, eigenvalues, cosine similarities.</summary>
internal static class EmbeddingSection
{
    private const int Bins = 60;
    private const int CosineBins = 100;

    private static readonly (string Name, string Symbol, string Title, Func<ModelInspection, EmbeddingInspection> Of)[] Matrices =
    [
        ("in", "E_in", "token embeddings (E_in)", model => model.TokenEmbedding),
        ("out", "E_out", "output embeddings (E_out)", model => model.OutputEmbedding),
    ];

    public static ReportSection Of(InspectionResult result) => new(
        "Embeddings",
        [
            "Every token has a vector in each of the two embedding matrices. nGPT keeps all of them at unit norm, so that tokens differ only by direction; in the baseline their norms differ too.",
            "Eigenvalues are those of the covariance of the vectors, after subtraction of their mean; they are divided by their median, so that a flat line at 1 means that all directions are used equally.",
        ])
    {
        Tables = [Table(result)],
        Figures =
        [
            .. Matrices.Select(matrix => Norms(result, matrix.Name, matrix.Title, matrix.Of)),
            .. Matrices.Select(matrix => Eigenvalues(result, matrix.Name, matrix.Title, matrix.Of)),
            .. Matrices.Select(matrix => Cosines(result, matrix.Name, matrix.Title, matrix.Of)),
        ],
    };

    private static Figure Norms(InspectionResult result, string name, string title, Func<ModelInspection, EmbeddingInspection> of)
    {
        double high = 1.05 * result.Models.Max(model => of(model).Norms.Max());
        return new Figure
        {
            Name = $"embedding-norms-{name}",
            Title = $"Norms of the {title}",
            Caption = "Distribution of the norms of the vectors. nGPT's are all 1; the wider the distribution, the more information is in the norms.",
            X = new FigureAxis("norm of a vector") { Min = 0, Max = high },
            Y = new FigureAxis("share of the tokens", "%") { Min = 0 },
            Series = [.. result.Models.Select(model => ModelSeries.Histogram(model, Histogram.Of(of(model).Norms, 0, high, Bins)))],
        };
    }

    private static Figure Eigenvalues(InspectionResult result, string name, string title, Func<ModelInspection, EmbeddingInspection> of) => new()
    {
        Name = $"embedding-eigenvalues-{name}",
        Title = $"Eigenvalues of the {title}",
        Caption = "Eigenvalues of the covariance of the vectors, in descending order, each divided by their median. The flatter the curve, the more evenly the directions are used.",
        X = new FigureAxis("rank"),
        Y = new FigureAxis("eigenvalue / median") { IsLogarithmic = true },
        Series = [.. result.Models.Select(model => Eigenvalues(model, of(model).Eigenvalues))],
    };

    private static FigureSeries Eigenvalues(ModelInspection model, double[] eigenvalues)
    {
        double median = Distribution.Of(eigenvalues).Median;
        return ModelSeries.Line(
            model, [.. Enumerable.Range(1, eigenvalues.Length).Select(place => (double)place)], [.. eigenvalues.Select(value => ModelSeries.Positive(value / median))]);
    }

    private static Figure Cosines(InspectionResult result, string name, string title, Func<ModelInspection, EmbeddingInspection> of) => new()
    {
        Name = $"embedding-cosines-{name}",
        Title = $"Cosine similarity of pairs of {title}",
        Caption = of(result.Models[0]).Cosines.IsComplete
            ? "All pairs of different tokens. Independent random directions would be centred at 0, with a standard deviation of 1/√C."
            : $"{CosineSample.MaxPairs:N0} random pairs of different tokens. Independent random directions would be centred at 0, with a standard deviation of 1/√C.",
        X = new FigureAxis("cosine similarity") { Min = -1, Max = 1 },
        Y = new FigureAxis("share of the pairs", "%") { Min = 0 },
        Series = [.. result.Models.Select(model => ModelSeries.Histogram(model, Histogram.Of(of(model).Cosines.Cosines, -1, 1, CosineBins)))],
    };

    private static ReportTable Table(InspectionResult result) => new(
        "embeddings",
        "Embeddings",
        ["matrix", "model", "mean norm", "min norm", "max norm", "condition number", "mean cosine", "min cosine", "max cosine", "pairs"],
        [.. from matrix in Matrices from model in result.Models select Row(matrix.Symbol, model.Name, matrix.Of(model))]);

    private static string[] Row(string symbol, string model, EmbeddingInspection embedding)
    {
        Distribution norms = Distribution.Of(embedding.Norms);
        Distribution cosines = Distribution.Of(embedding.Cosines.Cosines);
        return
        [
            symbol, model, NumberText.Of(norms.Mean), NumberText.Of(norms.Min), NumberText.Of(norms.Max), NumberText.Of(embedding.Condition),
            NumberText.Of(cosines.Mean), NumberText.Of(cosines.Min), NumberText.Of(cosines.Max), $"{cosines.Count:N0}",
        ];
    }
}
