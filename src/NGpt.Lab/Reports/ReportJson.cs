using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NGpt.Lab.Figures;

namespace NGpt.Lab.Reports;

/// <summary>A report as JSON: everything that the page shows, and all numbers of its figures.</summary>
internal static class ReportJson
{
    /// <summary>Version of the schema, the first entry of the file. It changes when an entry changes its meaning or is removed.</summary>
    public const int Schema = 1;

    // The file is JSON and never part of a page: letters stay readable.
    private static readonly ReportJsonContext Context = new(new JsonSerializerOptions(ReportJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>The content of the file. A number that is not finite is null.</summary>
    public static string Of(Report report)
    {
        ReportChecks.ThrowIfInvalid(report);
        ReportFile file = new(Schema, report.Title, report.Findings, report.Cautions, report.Sections, report.Origin);
        return JsonSerializer.Serialize(file, Context.ReportFile) + "\n";
    }
}

internal sealed record ReportFile(
    int Schema, string Title, IReadOnlyList<string> Findings, IReadOnlyList<string> Cautions, IReadOnlyList<ReportSection> Sections, ReportOrigin Origin);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    NewLine = "\n",
    Converters = [typeof(FiniteNumber), typeof(LabelAndValue), typeof(SeriesKindName)])]
[JsonSerializable(typeof(ReportFile))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;

/// <summary>JSON has no NaN and no infinity: they are null.</summary>
internal sealed class FiniteNumber : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}

/// <summary>An entry of the configuration. The configuration is an array: its order matters, and a label may occur twice.</summary>
internal sealed class LabelAndValue : JsonConverter<(string Label, string Value)>
{
    public override (string Label, string Value) Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, (string Label, string Value) value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("label", value.Label);
        writer.WriteString("value", value.Value);
        writer.WriteEndObject();
    }
}

internal sealed class Seconds : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(value.TotalSeconds);
}

internal sealed class SeriesKindName() : JsonStringEnumConverter<SeriesKind>(JsonNamingPolicy.SnakeCaseLower);
