using NGpt.Core.Configuration;
using NGpt.Lab.TrainingBenchmarks;

namespace NGpt.Cli.Display;

/// <summary>The tables of a benchmark's report.</summary>
internal static class BenchmarkTables
{
    /// <summary>Speed and memory of the subjects of one size; null where none was measured.</summary>
    public static ReportTable? Speed(SizeReport size)
    {
        List<IReadOnlyList<ReportCell>> rows = [];
        foreach (SubjectReport subject in size.Subjects.Where(subject => subject.StepMilliseconds is not null))
        {
            rows.Add(
            [
                new(subject.Subject.Label),
                SpreadCell.Of(subject.StepMilliseconds, NumberFormat.Measured),
                SpreadCell.Of(subject.TokensPerSecond, NumberFormat.Measured),
                SpreadCell.Of(subject.Gigaflops, NumberFormat.Measured),
                SpreadCell.Of(subject.ShareOfBf16Products, NumberFormat.Share),
                new(NumberFormat.Bytes(subject.PeakMemory ?? 0)),
            ]);
        }

        return Table(["", "ms/step", "tokens/s", "GFLOP/s", "of bf16 products", "peak memory"], rows);
    }

    /// <summary>Speed ratios between subjects, by architecture.</summary>
    public static ReportTable? Ratios(SizeReport size)
    {
        RatioReport[] ratios = [.. size.Ratios.Where(ratio => ratio.Kind != RatioKind.StepTime)];
        Architecture[] architectures = [.. ratios.Select(ratio => ratio.First.Architecture).OfType<Architecture>().Distinct()];
        List<IReadOnlyList<ReportCell>> rows = [];
        foreach (IGrouping<string, RatioReport> row in ratios.OrderBy(ratio => ratio.Kind).GroupBy(RowName))
        {
            rows.Add([new(row.Key), .. architectures.Select(architecture => Value(row.FirstOrDefault(ratio => ratio.First.Architecture == architecture)))]);
        }

        return Table(["", .. architectures.Select(architecture => architecture.DisplayName())], rows);

        static string RowName(RatioReport ratio) =>
            $"{(ratio.Kind == RatioKind.Speed ? "speed" : "memory")}, {ratio.First.Variant.Label} / {ratio.Second.Variant.Label}";
    }

    /// <summary>Step time of nGPT over step time of GPT, by variant.</summary>
    public static ReportTable? Architectures(SizeReport size)
    {
        RatioReport[] ratios = [.. size.Ratios.Where(ratio => ratio.Kind == RatioKind.StepTime)];
        return Table(
            ["", .. ratios.Select(ratio => ratio.First.Variant.Label)],
            ratios.Length == 0 ? [] : [[new("step time, nGPT / GPT"), .. ratios.Select(Value)]]);
    }

    /// <summary>Time per stage of a step and managed allocation, for the subjects of one engine.</summary>
    public static ReportTable? Stages(SizeReport size, EngineKind engine)
    {
        SubjectReport[] subjects = [.. size.Subjects.Where(subject => subject.Subject.Variant.Engine == engine && subject.Stages.Count > 0)];
        string[] stages = [.. subjects.SelectMany(subject => subject.Stages).Select(stage => stage.Stage).Distinct()];
        List<IReadOnlyList<ReportCell>> rows = [.. stages.Select(Row)];
        if (rows.Count > 0)
        {
            rows.Add([new("managed memory per step"), .. subjects.Select(subject => new ReportCell(NumberFormat.Bytes(subject.ManagedBytesPerStep ?? 0)))]);
        }

        return Table([$"{Title(engine)}, ms", .. subjects.Select(subject => $"{subject.Subject.Architecture!.Value.DisplayName()} {subject.Subject.Variant.Precision.Name()}")], rows);

        IReadOnlyList<ReportCell> Row(string stage) => [new(stage), .. subjects.Select(subject => Share(subject, stage))];
    }

    /// <summary>Time per token at every size, where there are several.</summary>
    public static ReportTable? Tokens(BenchmarkReport report)
    {
        List<IReadOnlyList<ReportCell>> rows = [];
        foreach (BenchmarkSubject subject in report.Sizes.SelectMany(size => size.Subjects).Select(subject => subject.Subject).Distinct())
        {
            rows.Add([new(subject.Label), .. report.Sizes.Select(size => Time(size, subject))]);
        }

        rows.RemoveAll(row => row.Skip(1).All(cell => cell == ReportCell.None));
        return report.Sizes.Count < 2 ? null : Table(["µs/token", .. report.Sizes.Select(size => size.Size.Name)], rows);

        static ReportCell Time(SizeReport size, BenchmarkSubject wanted) => SpreadCell.Of(
            size.Subjects.FirstOrDefault(subject => subject.Subject == wanted)?.StepMilliseconds, value => NumberFormat.Measured(value * 1000 / size.Size.TokensPerStep));
    }

    private static string Title(EngineKind engine) => engine == EngineKind.Fast ? "fast engine" : "plain modules";

    private static ReportTable? Table(IReadOnlyList<string> headers, List<IReadOnlyList<ReportCell>> rows) => rows.Count > 0 ? new ReportTable(headers, rows) : null;

    private static ReportCell Value(RatioReport? ratio) => SpreadCell.Of(ratio?.Value, NumberFormat.Ratio);

    private static ReportCell Share(SubjectReport subject, string stage)
    {
        double total = subject.Stages.Sum(part => part.Milliseconds);
        return subject.Stages.FirstOrDefault(part => part.Stage == stage) is { } time
            ? new ReportCell(NumberFormat.Measured(time.Milliseconds), NumberFormat.Share(time.Milliseconds / total))
            : ReportCell.None;
    }
}
