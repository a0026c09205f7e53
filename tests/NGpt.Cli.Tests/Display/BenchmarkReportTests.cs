using System.Text.Json;
using NGpt.Cli.Display;
using NGpt.Lab.TrainingBenchmarks;
using Spectre.Console.Testing;

namespace NGpt.Cli.Tests.Display;

public sealed class BenchmarkReportTests
{
    [Fact]
    public void Plain_lines_are_aligned_and_hold_every_figure_with_its_quartiles()
    {
        string[] lines = Plain(SampleBenchmark.Report("6x384"));
        string[] expected =
        [
            "6x384: 6 layers, width 384, 6 heads, MLP 1,536, vocabulary 512; 16 sequences of 256 tokens per step",
            "bf16 matrix products, 2048×2048: 885 GFLOP/s (876–894)",
            "float32 matrix products, 4096×4096: 190 GFLOP/s (188–192)",
            "",
            "                                 ms/step              tokens/s         GFLOP/s      of bf16 products   peak memory",
            "nGPT fast bf16         545 (540–550)       7,516 (7,440–7,591)   675 (668–682)   76.3% (75.5%–77.0%)       1.20 GB",
            "nGPT plain bf16      1,502 (1,487–1,517)   2,727 (2,700–2,754)   245 (242–247)   27.7% (27.4%–28.0%)       3.50 GB",
        ];
        Assert.Equal(expected, lines[..expected.Length]);
        Assert.Contains(lines, line => line.StartsWith("speed, fast bf16 / plain bf16", StringComparison.Ordinal) && line.Contains("2.76 (2.73–2.79)", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("step time, nGPT / GPT", StringComparison.Ordinal) && line.Contains("1.25 (1.24–1.26)", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("matrix products", StringComparison.Ordinal) && line.Contains("431 (79.0%)", StringComparison.Ordinal));
        Assert.Contains("- nGPT fast float32, GPT fast float32: the fast engine cannot run here: this processor is too old", lines);
        Assert.Contains("- nGPT plain bf16, GPT plain bf16: restarted and warmed up in every round", lines);
        Assert.All(lines, line => Assert.True(line.Length <= 120, line));
        Assert.All(lines, line => Assert.Equal(line.TrimEnd(), line));
        Assert.DoesNotContain(lines, line => line.StartsWith("µs/token", StringComparison.Ordinal));
    }

    [Fact]
    public void Several_sizes_end_with_the_time_of_a_token()
    {
        string[] lines = Plain(SampleBenchmark.Report("6x384", "12x768"));
        int table = Array.FindIndex(lines, line => line.StartsWith("µs/token", StringComparison.Ordinal));
        Assert.Contains("12x768", lines[table]);
        Assert.Contains("133 (132–134)", lines[table + 1]);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(120)]
    [InlineData(100)]
    [InlineData(80)]
    [InlineData(60)]
    [InlineData(40)]
    public void On_a_terminal_no_figure_is_broken(int width)
    {
        using TestConsole console = new();
        console.Profile.Width = width;
        BenchmarkReportText.WriteTables(console, SampleBenchmark.Report("6x384", "12x768"));
        TestContext.Current.TestOutputHelper!.WriteLine(console.Output);
        Assert.All(console.Lines, line => Assert.True(line.TrimEnd().Length <= width, line));
        // Each of these stands in one line, whatever the width.
        foreach (string whole in (string[])["nGPT plain float32", "14,870–15,170", "75.5%–77.0%", "1.20 GB", "speed, fast bf16 / plain float32", "RoPE and norm of q and k", "managed memory per step", "µs/token"])
        {
            Assert.Contains(console.Lines, line => line.Contains(whole, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_terminal_of_80_columns_shows_details_below_figures()
    {
        using TestConsole console = new();
        console.Profile.Width = 80;
        BenchmarkReportText.WriteTables(console, SampleBenchmark.Report("6x384"));
        string[] expected =
        [
            "                                                           of bf16     peak",
            "                        ms/step     tokens/s  GFLOP/s     products   memory",
            "───────────────────────────────────────────────────────────────────────────",
            "nGPT fast bf16              545        7,516      675        76.3%  1.20 GB",
            "                        540–550  7,440–7,591  668–682  75.5%–77.0%",
        ];
        int first = console.Lines.ToList().FindIndex(line => line.Contains("of bf16", StringComparison.Ordinal));
        Assert.Equal(expected, console.Lines.Skip(first).Take(expected.Length).Select(line => line.TrimEnd()));
    }

    [Fact]
    public void Json_has_every_figure()
    {
        string line = BenchmarkJson.Write(SampleBenchmark.Report("6x384"));
        Assert.DoesNotContain('\n', line);
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        Assert.Equal(["end", "seconds", "version", "machine", "sizes"], Keys(root));
        Assert.Equal("completed", root.GetProperty("end").GetString());
        Assert.Equal(["processor", "cores", "threads", "memory_bytes", "system", "runtime", "torchsharp", "libtorch"], Keys(root.GetProperty("machine")));
        JsonElement size = root.GetProperty("sizes")[0];
        Assert.Equal(
            [
                "name", "layers", "embedding_width", "heads", "mlp_width", "context_length", "batch_size", "vocabulary", "tokens_per_step", "rounds",
                "matrix_products", "subjects", "ratios", "notes",
            ],
            Keys(size));
        JsonElement subject = size.GetProperty("subjects")[0];
        Assert.Equal(
            [
                "name", "architecture", "engine", "precision", "status", "reason", "description", "started_every_round", "steps_per_round", "step_ms",
                "tokens_per_second", "gigaflops", "share_of_bf16_products", "peak_memory_bytes", "managed_bytes_per_step", "first_loss", "stages", "round_ms",
            ],
            Keys(subject));
        Assert.Equal(["count", "median", "lower_quartile", "upper_quartile", "min", "max"], Keys(subject.GetProperty("step_ms")));
        Assert.Equal(("ngpt fast-bf16", "ngpt", "fast", "bf16", "measured"), (
            subject.GetProperty("name").GetString(), subject.GetProperty("architecture").GetString(), subject.GetProperty("engine").GetString(),
            subject.GetProperty("precision").GetString(), subject.GetProperty("status").GetString()));
        Assert.Equal(545, subject.GetProperty("step_ms").GetProperty("median").GetDouble());
        Assert.Equal(5, subject.GetProperty("round_ms").GetArrayLength());
        Assert.Equal(("matrix products", 430.55), (
            subject.GetProperty("stages")[0].GetProperty("stage").GetString(), subject.GetProperty("stages")[0].GetProperty("ms").GetDouble()));
        JsonElement leftOut = size.GetProperty("subjects")[2];
        Assert.Equal(("unsupported", JsonValueKind.Null), (leftOut.GetProperty("status").GetString(), leftOut.GetProperty("step_ms").ValueKind));
        JsonElement ratio = size.GetProperty("ratios")[0];
        Assert.Equal(["kind", "of", "over", "value"], Keys(ratio));
        Assert.Equal(("speed", "ngpt fast-bf16", "ngpt plain-bf16"), (
            ratio.GetProperty("kind").GetString(), ratio.GetProperty("of").GetString(), ratio.GetProperty("over").GetString()));
    }

    [Fact]
    public void Progress_is_one_line_for_each_event()
    {
        using StringWriter output = new();
        PlainBenchmarkProgress progress = new(output);
        BenchmarkSubject subject = new(BenchmarkVariant.FastBf16, Core.Configuration.Architecture.NGpt);
        progress.OnSize(BenchmarkSizes.Default, subjects: 10, rounds: 5);
        progress.OnSkipped(subject, "no");
        progress.OnWarmUp(subject);
        progress.OnMeasuring(2, subject);
        progress.OnMeasured(2, subject, 0.5454);
        progress.OnRoundEnded(2);
        Assert.Equal(
            [
                "6x384: 6 layers, width 384, 6 heads, MLP 1,536, vocabulary 512; 16 sequences of 256 tokens per step; 10 subjects, 5 rounds",
                "6x384: nGPT fast bf16 skipped: no", "6x384: warming up nGPT fast bf16", "6x384: round 2/5  nGPT fast bf16  545 ms",
            ],
            output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    private static string[] Plain(BenchmarkReport report)
    {
        using StringWriter output = new();
        BenchmarkReportText.Write(output, report);
        TestContext.Current.TestOutputHelper!.WriteLine(output.ToString());
        return output.ToString().ReplaceLineEndings("\n").Split('\n');
    }

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
