using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NGpt.Torch.Native;
using Spectre.Console;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt doctor</c>: examines the machine and the native libraries, and says what to do where something is wrong.</summary>
internal sealed class DoctorCommand : Command
{
    private readonly Option<bool> _json = new("--json") { Description = "Print the findings as one line of JSON at the end." };

    /// <summary>Creates the command.</summary>
    internal DoctorCommand()
        : base("doctor", "Examine this machine, libtorch and the devices, and say what to do where something is wrong.")
    {
        Options.Add(_json);
        SetAction(result => Run(Doctor.Examine(Environment.CurrentDirectory), AnsiConsole.Console, result.GetValue(_json)));
    }

    /// <summary>Prints the findings.</summary>
    internal static int Run(IReadOnlyList<DoctorFinding> findings, IAnsiConsole console, bool json)
    {
        if (console.Profile.Out.IsTerminal)
        {
            PrintTable(findings, console);
        }
        else
        {
            PrintLines(findings, console.Profile.Out.Writer);
        }
        if (json)
        {
            console.Profile.Out.Writer.WriteLine(ToJson(findings));
        }
        return findings.Any(f => f.Status == FindingStatus.Problem) ? 1 : 0;
    }

    internal static void PrintTable(IReadOnlyList<DoctorFinding> findings, IAnsiConsole console)
    {
        Grid grid = new();
        grid.AddColumn(new GridColumn().NoWrap().PadRight(1));
        grid.AddColumn(new GridColumn().NoWrap().PadRight(2));
        grid.AddColumn();
        string? before = null;
        foreach (DoctorFinding finding in findings)
        {
            (string mark, string color) = finding.Status switch
            {
                FindingStatus.Ok => ("✓", "green"),
                FindingStatus.Warning => ("!", "yellow"),
                _ => ("✗", "red"),
            };
            string subject = finding.Subject == before ? "" : finding.Subject;
            grid.AddRow(new Markup($"[{color}]{mark}[/]"), new Text(subject, new Style(decoration: Decoration.Bold)), new Text(finding.Detail));
            if (finding.Remedy is string remedy)
            {
                grid.AddRow(Text.Empty, Text.Empty, new Text("→ " + remedy, new Style(Color.Grey)));
            }
            before = finding.Subject;
        }
        console.Write(grid);
    }

    private static void PrintLines(IReadOnlyList<DoctorFinding> findings, TextWriter writer)
    {
        int width = findings.Max(f => f.Subject.Length);
        foreach (DoctorFinding finding in findings)
        {
            string status = finding.Status.ToString().ToLowerInvariant();
            writer.WriteLine($"{status,-8} {finding.Subject.PadRight(width)}  {finding.Detail}{(finding.Remedy is string remedy ? $" -> {remedy}" : "")}");
        }
    }

    private static string ToJson(IReadOnlyList<DoctorFinding> findings)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("ok", findings.All(f => f.Status != FindingStatus.Problem));
            writer.WriteStartArray("findings");
            foreach (DoctorFinding finding in findings)
            {
                writer.WriteStartObject();
                writer.WriteString("status", finding.Status.ToString().ToLowerInvariant());
                writer.WriteString("subject", finding.Subject);
                writer.WriteString("detail", finding.Detail);
                writer.WriteString("remedy", finding.Remedy);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
