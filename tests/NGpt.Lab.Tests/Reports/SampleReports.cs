using NGpt.Lab.Reports;
using NGpt.Lab.Tests.Figures;

namespace NGpt.Lab.Tests.Reports;

/// <summary>A report with everything in it, and texts that would break a careless page.</summary>
internal static class SampleReports
{
    public static Report Everything { get; } = new()
    {
        Title = "Comparison of " + SampleFigures.Hostile,
        Findings = ["nGPT needs 1.3 times fewer steps.", SampleFigures.Hostile],
        Cautions = ["Three seeds are few.", SampleFigures.Hostile],
        Sections =
        [
            new ReportSection("Loss", ["Both saw the same tokens.", SampleFigures.Hostile])
            {
                Tables = [Outcome],
                Figures = [SampleFigures.Curves, SampleFigures.Conditions],
            },
            new ReportSection(SampleFigures.Hostile, []) { Figures = [SampleFigures.Alphas, SampleFigures.Norms] },
            new ReportSection("Odd", []) { Figures = [SampleFigures.Strange, SampleFigures.Empty] },
            new ReportSection("Words", ["Only text."]),
        ],
        Origin = new ReportOrigin
        {
            Command = "ngpt compare --runs '" + SampleFigures.Hostile + "'",
            Version = "ngpt 1.2.3 (commit 0123456789)",
            Machine = "a processor, 2 cores",
            Written = new DateTimeOffset(2026, 11, 25, 13, 14, 15, TimeSpan.FromHours(2)),
            Elapsed = new TimeSpan(1, 2, 3),
            Seeds = [7, 11, 13],
            Configuration = [("data", SampleFigures.Hostile), ("shape", "4 layers")],
        },
    };

    public static ReportTable Outcome => new(
        "outcome",
        "Outcome",
        ["architecture", "loss, nats", "note"],
        [["nGPT", "1.25", "a \"quoted\", note\nin two lines"], ["GPT", "−3", SampleFigures.Hostile], ["", "", ""]]);
}
