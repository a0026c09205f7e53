using System.Text;
using System.Text.Json;
using NGpt.Core.Configuration;
using NGpt.Lab.Reports;
using NGpt.Lab.Statistics;
using NGpt.Lab.Sweeping;

namespace NGpt.Cli.Display;

/// <summary>The outcome of a sweep as one line of JSON; everything else is in the report's own JSON.</summary>
internal static class SweepJson
{
    public static string Write(Report report, SweepResult sweep, string page, int exitCode)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("exit_code", exitCode);
            json.WriteString("report", page);
            json.WriteString("axis", sweep.Plan.Axis.Name());
            json.WriteNumber("base_steps", sweep.Plan.Base.Steps);
            json.WriteNumber("runs", sweep.Outcomes.Count);
            json.WriteNumber("planned_runs", sweep.Plan.RunCount);
            json.WriteStartObject("parametrizations");
            foreach (RateTransfer transfer in sweep.Transfers)
            {
                json.WriteStartObject(transfer.Parametrization.Name());
                json.WriteNumber("seeds", transfer.SeedCount);
                Write(json, "drift", transfer.Drift);
                json.WriteBoolean("drift_is_bound", transfer.IsBound);
                json.WriteStartArray("sizes");
                foreach (RateCurve curve in transfer.Curves)
                {
                    WriteSize(json, sweep.Plan, transfer, curve);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
            WriteTexts(json, "findings", report.Findings);
            WriteTexts(json, "cautions", report.Cautions);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteSize(Utf8JsonWriter json, SweepPlan plan, RateTransfer transfer, RateCurve curve)
    {
        json.WriteStartObject();
        json.WriteNumber("multiple", curve.Multiple);
        json.WriteNumber(plan.Axis.Name(), plan.ExtentOf(curve.Multiple));
        Write(json, "best_rate", transfer.RateOf(curve));
        if (curve.Best is BestRate best)
        {
            json.WriteString("position", JsonNamingPolicy.SnakeCaseLower.ConvertName(best.Position.ToString()));
            json.WriteNumber("loss", best.Loss);
        }

        json.WriteStartArray("losses");
        foreach ((double rate, double loss) in curve.Rates.Zip(curve.Mean(curve.AllSeeds)))
        {
            json.WriteStartObject();
            json.WriteNumber("rate", rate);
            WriteNumber(json, "loss", loss);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Estimate estimate)
    {
        json.WriteStartObject(name);
        WriteNumber(json, "value", estimate.Value);
        if (estimate is { Low: double low, High: double high })
        {
            json.WriteNumber("low", low);
            json.WriteNumber("high", high);
        }

        json.WriteEndObject();
    }

    // JSON has no numbers that are not finite: a run that diverged has none.
    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
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
