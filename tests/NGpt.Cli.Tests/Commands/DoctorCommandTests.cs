using System.Text.Json;
using NGpt.Cli.Commands;
using NGpt.Torch.Native;
using Spectre.Console.Testing;

namespace NGpt.Cli.Tests.Commands;

public sealed class DoctorCommandTests
{
    private static readonly DoctorFinding[] Findings =
    [
        new(FindingStatus.Ok, "memory", "3.0 GiB [free]"),
        new(FindingStatus.Warning, "disk", "little free", "free some"),
    ];

    [Fact]
    public void Warnings_are_no_failure_and_problems_are()
    {
        using TestConsole console = new();
        Assert.Equal(0, DoctorCommand.Run(Findings, console, json: false));
        Assert.Equal(1, DoctorCommand.Run([.. Findings, new(FindingStatus.Problem, "libtorch", "missing")], console, json: false));
    }

    [Fact]
    public void Without_a_terminal_every_finding_is_one_aligned_line()
    {
        using TestConsole console = new();
        DoctorCommand.Run(Findings, console, json: false);
        Assert.Equal(["ok       memory  3.0 GiB [free]", "warning  disk    little free -> free some"], console.Output.TrimEnd().Split('\n'));
    }

    [Fact]
    public void The_last_line_is_json_on_request()
    {
        using TestConsole console = new();
        DoctorCommand.Run(Findings, console, json: true);
        using JsonDocument document = JsonDocument.Parse(console.Output.TrimEnd().Split('\n')[^1]);
        Assert.True(document.RootElement.GetProperty("ok").GetBoolean());
        JsonElement second = document.RootElement.GetProperty("findings")[1];
        Assert.Equal("warning", second.GetProperty("status").GetString());
        Assert.Equal("free some", second.GetProperty("remedy").GetString());
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("findings")[0].GetProperty("remedy").ValueKind);
    }

    [Fact]
    public void On_a_terminal_marks_stand_before_the_subjects()
    {
        using TestConsole console = new();
        console.Profile.Width = 60;
        DoctorCommand.PrintTable(Findings, console);
        Assert.Contains("✓ memory  3.0 GiB [free]", console.Output, StringComparison.Ordinal);
        Assert.Contains("! disk    little free", console.Output, StringComparison.Ordinal);
        Assert.Contains("→ free some", console.Output, StringComparison.Ordinal);
    }
}
