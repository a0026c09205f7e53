using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NGpt.Core.Configuration;
using NGpt.Torch.Training;

namespace NGpt.Cli.Display;

/// <summary>The outcome of a run, or the memory that it would need, as one JSON object on one line.</summary>
internal static class TrainingJson
{
    // Text in other scripts stays readable; the line is not part of a web page.
    private static readonly TrainingJsonContext Context = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    });

    public static string Write(TrainingOutcome outcome, int exitCode) => JsonSerializer.Serialize(
        new OutcomeJson(
            JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.End.ToString()),
            exitCode,
            outcome.Step,
            outcome.RunFolder,
            EvaluationFigures.Of(outcome.LastEvaluation),
            EvaluationFigures.Of(outcome.BestEvaluation),
            Math.Round(outcome.Elapsed.TotalSeconds, 3),
            outcome.PeakMemory,
            outcome.Engine?.Kind.Name(),
            outcome.Engine?.Precision.Name(),
            outcome.Engine?.Reason,
            outcome.Sample),
        Context.OutcomeJson);

    public static string Write(MemoryExplanation memory) => JsonSerializer.Serialize(
        new MemoryJson(
            memory.Engine.Name(),
            memory.Precision.Name(),
            memory.Reason,
            [.. memory.Plan.Parts.Select(part => new MemoryPartJson(part.Purpose, part.Bytes))],
            memory.Plan.Total,
            memory.Available),
        Context.MemoryJson);
}

internal sealed record OutcomeJson(
    string End,
    int ExitCode,
    int Step,
    string Run,
    EvaluationFigures? LastEvaluation,
    EvaluationFigures? BestEvaluation,
    double Seconds,
    long PeakMemoryBytes,
    string? Engine,
    string? Precision,
    string? EngineReason,
    string? Sample);

internal sealed record EvaluationFigures(int Step, double? Loss, double? Perplexity, double? BitsPerByte, long Tokens)
{
    public static EvaluationFigures? Of(EvaluationReport? report) =>
        report is null ? null : new(report.Step, Finite(report.Loss), Finite(report.Perplexity), Finite(report.BitsPerByte), report.Tokens);

    // JSON has no infinity: the perplexity of a diverged run may be one.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

internal sealed record MemoryJson(
    string Engine, string Precision, string EngineReason, IReadOnlyList<MemoryPartJson> Parts, long TotalBytes, long AvailableBytes);

internal sealed record MemoryPartJson(string Purpose, long Bytes);

[JsonSerializable(typeof(OutcomeJson))]
[JsonSerializable(typeof(MemoryJson))]
internal sealed partial class TrainingJsonContext : JsonSerializerContext;
