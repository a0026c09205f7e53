using System.Text.Encodings.Web;
using System.Text.Json;
using NGpt.Core.Configuration;
using NGpt.Lab.TrainingBenchmarks;

namespace NGpt.Cli.Display;

/// <summary>A benchmark's report as one JSON object on one line, with snake_case keys.</summary>
public static class BenchmarkJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a report.</summary>
    /// <param name="report">The report.</param>
    /// <returns>One line, without a line feed.</returns>
    public static string Write(BenchmarkReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return JsonSerializer.Serialize(
            new
            {
                End = Word(report.End),
                Seconds = Math.Round(report.Elapsed.TotalSeconds, 3),
                Version = ProgramVersion.Number,
                Machine = Machine(report.Machine),
                Sizes = report.Sizes.Select(Size),
            },
            Options);
    }

    private static object Machine(BenchmarkMachine machine) => new
    {
        machine.Processor,
        machine.Cores,
        machine.Threads,
        MemoryBytes = machine.Memory,
        machine.System,
        machine.Runtime,
        Torchsharp = machine.TorchSharp,
        Libtorch = machine.LibTorch,
    };

    private static object Size(SizeReport report) => new
    {
        report.Size.Name,
        Layers = report.Size.LayerCount,
        report.Size.EmbeddingWidth,
        Heads = report.Size.HeadCount,
        report.Size.MlpWidth,
        report.Size.ContextLength,
        report.Size.BatchSize,
        Vocabulary = report.Size.VocabularySize,
        report.Size.TokensPerStep,
        report.Rounds,
        MatrixProducts = report.Products.Select(Subject),
        Subjects = report.Subjects.Select(subject => Subject(subject)),
        Ratios = report.Ratios.Select(ratio => new { Kind = Word(ratio.Kind), Of = ratio.First.Name, Over = ratio.Second.Name, ratio.Value }),
        report.Notes,
    };

    private static object Subject(SubjectReport subject) => new
    {
        subject.Subject.Name,
        Architecture = subject.Subject.Architecture?.Name(),
        Engine = subject.Subject.Variant.Engine?.Name(),
        Precision = subject.Subject.Variant.Precision.Name(),
        Status = Word(subject.Status),
        subject.Reason,
        subject.Description,
        subject.StartedEveryRound,
        subject.StepsPerRound,
        StepMs = subject.StepMilliseconds,
        subject.TokensPerSecond,
        subject.Gigaflops,
        subject.ShareOfBf16Products,
        PeakMemoryBytes = subject.PeakMemory,
        subject.ManagedBytesPerStep,
        subject.FirstLoss,
        Stages = subject.Stages.Select(stage => new { stage.Stage, Ms = stage.Milliseconds }),
        RoundMs = subject.RoundMilliseconds,
    };

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
