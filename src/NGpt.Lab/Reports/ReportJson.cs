using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NGpt.Lab.Figures;

namespace NGpt.Lab.Reports;

/// <summary>A report as JSON for programs: everything that the page shows, and all numbers of its figures.</summary>
public static class ReportJson
{
    /// <summary>Number of the schema, the first entry of the file. It changes when an entry changes its meaning or goes.</summary>
    public const int Schema = 1;

    /// <summary>Writes a report.</summary>
    /// <param name="report">The report.</param>
    /// <returns>The file's text. A number that is not finite is null.</returns>
    /// <exception cref="ArgumentException">The report contradicts itself.</exception>
    public static string Of(Report report)
    {
        ReportChecks.Require(report);
        using MemoryStream stream = new();
        // The file is read as JSON, never as part of a page: letters stay readable.
        JsonWriterOptions options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (Utf8JsonWriter json = new(stream, options))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteString("title", report.Title);
            Texts(json, "findings", report.Findings);
            Texts(json, "cautions", report.Cautions);
            json.WriteStartArray("sections");
            foreach (ReportSection section in report.Sections)
            {
                Section(json, section);
            }

            json.WriteEndArray();
            Origin(json, report.Origin);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    private static void Section(Utf8JsonWriter json, ReportSection section)
    {
        json.WriteStartObject();
        json.WriteString("title", section.Title);
        Texts(json, "text", section.Text);
        json.WriteStartArray("tables");
        foreach (ReportTable table in section.Tables)
        {
            json.WriteStartObject();
            json.WriteString("name", table.Name);
            json.WriteString("title", table.Title);
            Texts(json, "headers", table.Headers);
            json.WriteStartArray("rows");
            foreach (IReadOnlyList<string> row in table.Rows)
            {
                json.WriteStartArray();
                foreach (string cell in row)
                {
                    json.WriteStringValue(cell);
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("figures");
        foreach (Figure figure in section.Figures)
        {
            WriteFigure(json, figure);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFigure(Utf8JsonWriter json, Figure figure)
    {
        json.WriteStartObject();
        json.WriteString("name", figure.Name);
        json.WriteString("title", figure.Title);
        json.WriteString("caption", figure.Caption);
        Axis(json, "x", figure.X);
        Axis(json, "y", figure.Y);
        json.WriteStartArray("series");
        foreach (FigureSeries series in figure.Series)
        {
            json.WriteStartObject();
            json.WriteString("name", series.Name);
            json.WriteString("kind", JsonNamingPolicy.SnakeCaseLower.ConvertName(series.Kind.ToString()));
            json.WriteNumber("color", series.Color);
            json.WriteBoolean("dashed", series.IsDashed);
            Numbers(json, "x", series.X);
            Numbers(json, "y", series.Y);
            if (series.Band is { } band)
            {
                json.WriteStartObject("band");
                json.WriteString("meaning", band.Meaning);
                Numbers(json, "low", band.Low);
                Numbers(json, "high", band.High);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("marks");
        foreach (FigureMark mark in figure.Marks)
        {
            json.WriteStartObject();
            json.WriteString("text", mark.Text);
            json.WriteString("axis", mark.IsVertical ? "x" : "y");
            json.WritePropertyName("value");
            Number(json, mark.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Axis(Utf8JsonWriter json, string name, FigureAxis axis)
    {
        json.WriteStartObject(name);
        json.WriteString("quantity", axis.Quantity);
        json.WriteString("unit", axis.Unit);
        json.WriteBoolean("logarithmic", axis.IsLogarithmic);
        json.WritePropertyName("least");
        Number(json, axis.Least ?? double.NaN);
        json.WritePropertyName("most");
        Number(json, axis.Most ?? double.NaN);
        Texts(json, "categories", axis.Categories);
        json.WriteEndObject();
    }

    private static void Origin(Utf8JsonWriter json, ReportOrigin origin)
    {
        json.WriteStartObject("origin");
        json.WriteString("command", origin.Command);
        json.WriteString("version", origin.Version);
        json.WriteString("machine", origin.Machine);
        json.WriteString("written", origin.Written);
        json.WriteNumber("elapsed_seconds", origin.Elapsed.TotalSeconds);
        json.WriteStartArray("seeds");
        foreach (long seed in origin.Seeds)
        {
            json.WriteNumberValue(seed);
        }

        json.WriteEndArray();
        // An array, not an object: it has an order, and a label may come twice.
        json.WriteStartArray("configuration");
        foreach ((string label, string value) in origin.Configuration)
        {
            json.WriteStartObject();
            json.WriteString("label", label);
            json.WriteString("value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void Numbers(Utf8JsonWriter json, string name, IReadOnlyList<double> numbers)
    {
        json.WriteStartArray(name);
        foreach (double number in numbers)
        {
            Number(json, number);
        }

        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, double number)
    {
        if (double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
