using NGpt.Lab.Figures;
using NGpt.Lab.Reports;

namespace NGpt.Lab.Inspection.Sections;

/// <summary>The part of the report on the two embedding matrices: norms, eigenvalues, cosine similarities.</summary>
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
            "Every token has a vector in each of the two embedding matrices. nGPT keeps all of them at unit length, so that only their directions can tell tokens apart; the baseline is free to use their lengths too.",
            "Eigenvalues are those of the covariance of the vectors, that is, after their mean is subtracted; they are divided by their median, so that a flat line at 1 would be a matrix that uses all directions alike.",
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
        // One range for all, a little wider than the largest norm.
        double high = 1.05 * result.Models.Max(model => of(model).Norms.Max());
        return new Figure
        {
            Name = $"embedding-norms-{name}",
            Title = $"Norms of the {title}",
            Caption = "How the lengths of the vectors are spread. nGPT's are all 1; the wider the spread, the more of a token lies in the length of its vector.",
            X = new FigureAxis("norm of a vector") { Least = 0, Most = high },
            Y = new FigureAxis("share of the tokens", "%") { Least = 0 },
            Series = [.. result.Models.Select(model => ModelSeries.Histogram(model, Histogram.Of(of(model).Norms, 0, high, Bins)))],
        };
    }

    private static Figure Eigenvalues(InspectionResult result, string name, string title, Func<ModelInspection, EmbeddingInspection> of) => new()
    {
        Name = $"embedding-eigenvalues-{name}",
        Title = $"Eigenvalues of the {title}",
        Caption = "Eigenvalues of the covariance of the vectors, from the largest to the smallest, each divided by their median. The flatter, the more evenly the directions are used.",
        X = new FigureAxis("place in the order"),
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
        X = new FigureAxis("cosine similarity") { Least = -1, Most = 1 },
        Y = new FigureAxis("share of the pairs", "%") { Least = 0 },
        Series = [.. result.Models.Select(model => ModelSeries.Histogram(model, Histogram.Of(of(model).Cosines.Cosines, -1, 1, CosineBins)))],
    };

    private static ReportTable Table(InspectionResult result) => new(
        "embeddings",
        "Embeddings",
        ["matrix", "model", "mean norm", "least norm", "largest norm", "condition number", "mean cosine", "least cosine", "largest cosine", "pairs"],
        [.. from matrix in Matrices from model in result.Models select Row(matrix.Symbol, model.Name, matrix.Of(model))]);

    private static string[] Row(string symbol, string model, EmbeddingInspection embedding)
    {
        Distribution norms = Distribution.Of(embedding.Norms);
        Distribution cosines = Distribution.Of(embedding.Cosines.Cosines);
        return
        [
            symbol, model, NumberText.Of(norms.Mean), NumberText.Of(norms.Least), NumberText.Of(norms.Most), NumberText.Of(embedding.Condition),
            NumberText.Of(cosines.Mean), NumberText.Of(cosines.Least), NumberText.Of(cosines.Most), $"{cosines.Count:N0}",
        ];
    }
}
