using System.Text;
using System.Text.Json;
using NGpt.Lab.Comparing;
using NGpt.Lab.Reports;
using NGpt.Lab.Runs;
using NGpt.Lab.Statistics;

namespace NGpt.Cli.Display;

/// <summary>The outcome of a comparison as one line of JSON; everything else is in the report's own JSON.</summary>
internal static class ComparisonJson
{
    public static string Write(Report report, ComparedRuns runs, string page, int exitCode)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("exit_code", exitCode);
            json.WriteString("report", page);
            json.WriteString("measure", runs.Measure == LossMeasure.BitsPerByte ? "bits_per_byte" : "nats_per_token");
            json.WriteNumber("ngpt_seeds", runs.NGpt.Count);
            json.WriteNumber("gpt_seeds", runs.Gpt.Count);
            json.WriteNumber("ngpt_final_loss", runs.Speedup.FinalLosses.NGpt);
            json.WriteNumber("gpt_final_loss", runs.Speedup.FinalLosses.Gpt);
            Write(json, "final_difference", runs.Speedup.FinalDifference);
            Write(json, "token_time_ratio", runs.Speedup.StepTimeRatio);
            if (runs.Speedup.AtLowest is SpeedupAtLevel lowest)
            {
                json.WriteStartObject("lowest_common_loss");
                WriteLevel(json, lowest);
                json.WriteEndObject();
            }
            else
            {
                json.WriteNull("lowest_common_loss");
            }

            json.WriteStartArray("speedup");
            foreach (SpeedupAtLevel level in runs.Speedup.Levels)
            {
                json.WriteStartObject();
                WriteLevel(json, level);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteTexts(json, "findings", report.Findings);
            WriteTexts(json, "cautions", report.Cautions);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteLevel(Utf8JsonWriter json, SpeedupAtLevel level)
    {
        json.WriteNumber("loss", level.Level);
        json.WriteNumber("ngpt_tokens", Math.Round(level.NGptTokens));
        json.WriteNumber("gpt_tokens", Math.Round(level.GptTokens));
        Write(json, "tokens", level.Tokens);
        Write(json, "time", level.Time);
    }

    private static void Write(Utf8JsonWriter json, string name, Estimate estimate)
    {
        json.WriteStartObject(name);
        json.WriteNumber("value", estimate.Value);
        if (estimate is { Low: double low, High: double high })
        {
            json.WriteNumber("low", low);
            json.WriteNumber("high", high);
        }

        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
