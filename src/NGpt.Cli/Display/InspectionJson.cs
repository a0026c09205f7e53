using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NGpt.Core.Configuration;
using NGpt.Lab.Inspection;

namespace NGpt.Cli.Display;

/// <summary>The main measurements of an inspection as one line of JSON. A number that is not finite is null.</summary>
internal static class InspectionJson
{
    // Text in other scripts stays readable; the line is not part of a web page.
    private static readonly InspectionJsonContext Context = new(new JsonSerializerOptions(InspectionJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static string Write(InspectionResult result, string report) => JsonSerializer.Serialize(
        new InspectionLine(ProgramVersion.Number, Math.Round(result.Elapsed.TotalSeconds, 3), report, [.. result.Models.Select(Model)], result.Cautions),
        Context.InspectionLine);

    private static InspectedModel Model(ModelInspection model) => new(
        model.Name,
        model.Config.Architecture.Name(),
        model.Checkpoint,
        model.Step,
        model.Config.ParameterCount,
        Embedding(model.TokenEmbedding),
        Embedding(model.OutputEmbedding),
        model.Conditions.ToDictionary(conditions => conditions.Kind.ToString(), conditions => Finite(conditions.ByLayer)),
        model.Scales.GroupBy(scale => scale.Kind).ToDictionary(kind => kind.Key.ToString(), kind => kind.Select(scale => Spread(scale.Values)).ToArray()),
        model.NormErrors.ToDictionary(error => error.Kind.ToString(), error => Finite(error.Max)),
        model.Text is TextInspection text ? Text(text) : null);

    private static InspectedEmbedding Embedding(EmbeddingInspection embedding) =>
        new(Spread(embedding.Norms), Finite(embedding.Condition), Spread(embedding.Cosines.Cosines));

    private static InspectedText Text(TextInspection text) => new(
        text.Source,
        text.Tokens,
        Finite(text.Trajectory.StepAngles.Select(angle => angle.Mean)),
        Finite(text.Trajectory.StartAngles.Select(angle => angle.Mean)),
        Finite(text.Trajectory.Norms.Select(norm => norm.Mean)),
        [.. text.Losses.Select(losses => new InspectedContext(losses.Length, Finite(losses.Loss), Finite(losses.BitsPerByte)))]);

    private static ValueSpread Spread(double[] values)
    {
        Distribution spread = Distribution.Of(values);
        return new ValueSpread(Finite(spread.Mean), Finite(spread.Min), Finite(spread.P10), Finite(spread.P90), Finite(spread.Max));
    }

    private static double?[] Finite(IEnumerable<double> values) => [.. values.Select(Finite)];

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

internal sealed record InspectionLine(string Version, double Seconds, string Report, IReadOnlyList<InspectedModel> Models, IReadOnlyList<string> Cautions);

internal sealed record InspectedModel(
    string Name,
    string Architecture,
    string Checkpoint,
    int? Step,
    long Parameters,
    InspectedEmbedding TokenEmbedding,
    InspectedEmbedding OutputEmbedding,
    IReadOnlyDictionary<string, double?[]> ConditionNumbers,
    IReadOnlyDictionary<string, ValueSpread[]> Scales,
    IReadOnlyDictionary<string, double?> NormErrors,
    InspectedText? Text);

internal sealed record InspectedEmbedding(ValueSpread Norms, double? ConditionNumber, ValueSpread Cosines);

internal sealed record InspectedText(
    string Source, long Tokens, double?[] StepAngleDegrees, double?[] StartAngleDegrees, double?[] ResidualNorms, InspectedContext[] Contexts);

internal sealed record InspectedContext(int Tokens, double? Loss, double? BitsPerByte);

internal sealed record ValueSpread(double? Mean, double? Min, double? P10, double? P90, double? Max);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DictionaryKeyPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(InspectionLine))]
internal sealed partial class InspectionJsonContext : JsonSerializerContext;
