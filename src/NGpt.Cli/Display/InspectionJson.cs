using System.Text.Encodings.Web;
using System.Text.Json;
using NGpt.Core.Configuration;
using NGpt.Lab.Inspection;

namespace NGpt.Cli.Display;

/// <summary>The main numbers of an inspection for programs: one JSON object on one line, with snake_case keys. A number that is not finite is null.</summary>
public static class InspectionJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the numbers.</summary>
    /// <param name="result">The inspection.</param>
    /// <param name="report">Path of the report's page.</param>
    /// <returns>One line, without a line feed.</returns>
    public static string Write(InspectionResult result, string report)
    {
        ArgumentNullException.ThrowIfNull(result);
        return JsonSerializer.Serialize(
            new
            {
                Version = ProgramVersion.Number,
                Seconds = Math.Round(result.Elapsed.TotalSeconds, 3),
                Report = report,
                Models = result.Models.Select(Model),
                result.Cautions,
            },
            Options);
    }

    private static object Model(ModelInspection model) => new
    {
        model.Name,
        Architecture = model.Config.Architecture.Name(),
        model.Checkpoint,
        model.Step,
        Parameters = model.Config.ParameterCount,
        TokenEmbedding = Embedding(model.TokenEmbedding),
        OutputEmbedding = Embedding(model.OutputEmbedding),
        ConditionNumbers = model.Conditions.ToDictionary(conditions => conditions.Kind.ToString(), conditions => conditions.ByLayer.Select(Finite)),
        Scales = model.Scales.GroupBy(scale => scale.Kind).ToDictionary(kind => kind.Key.ToString(), kind => kind.Select(scale => Spread(scale.Values))),
        NormErrors = model.Deviations.ToDictionary(deviation => deviation.Kind.ToString(), deviation => Finite(deviation.Largest)),
        Text = model.Text is TextInspection text ? Text(text) : null,
    };

    private static object Embedding(EmbeddingInspection embedding) => new
    {
        Norms = Spread(embedding.Norms),
        ConditionNumber = Finite(embedding.Condition),
        Cosines = Spread(embedding.Cosines.Cosines),
    };

    private static object Text(TextInspection text) => new
    {
        text.Source,
        text.Tokens,
        StepAngleDegrees = text.Travel.StepAngles.Select(angle => Finite(angle.Mean)),
        StartAngleDegrees = text.Travel.StartAngles.Select(angle => Finite(angle.Mean)),
        ResidualNorms = text.Travel.Norms.Select(norm => Finite(norm.Mean)),
        Contexts = text.Losses.Select(losses => new { Tokens = losses.Length, Loss = Finite(losses.Loss), BitsPerByte = Finite(losses.BitsPerByte) }),
    };

    private static object Spread(double[] values)
    {
        Distribution spread = Distribution.Of(values);
        return new { Mean = Finite(spread.Mean), Min = Finite(spread.Least), P10 = Finite(spread.Low), P90 = Finite(spread.High), Max = Finite(spread.Most) };
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
