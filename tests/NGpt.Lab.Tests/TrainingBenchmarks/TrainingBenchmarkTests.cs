using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Numerics;
using NGpt.Lab.TrainingBenchmarks;

namespace NGpt.Lab.Tests.TrainingBenchmarks;

public sealed class TrainingBenchmarkTests
{
    private const string Fast = "ngpt fast-bf16";
    private const string Plain = "ngpt plain-bf16";

    private static readonly BenchmarkOptions Options = new()
    {
        Sizes = [BenchmarkSizes.Default],
        Architectures = [Architecture.NGpt],
        Variants = [BenchmarkVariant.FastBf16, BenchmarkVariant.PlainBf16],
        Rounds = 3,
        WarmUp = TimeSpan.FromSeconds(2),
    };

    [Fact]
    public void Subjects_take_turns_and_each_round_begins_with_another()
    {
        FakeHost host = new();
        Run(host, Options);
        Assert.Equal(
            [
                "6x384: 4 subjects, 3 rounds", "+products-bf16", "+products-float32", $"+{Fast}", $"+{Plain}",
                "products-bf16", "products-float32", Fast, Plain, "round 1",
                "products-float32", Fast, Plain, "products-bf16", "round 2",
                Fast, Plain, "products-bf16", "products-float32", "round 3",
                "-products-bf16", "-products-float32", $"-{Fast}", $"-{Plain}",
            ],
            host.Events);
    }

    [Fact]
    public void Figures_are_medians_over_the_rounds_and_ratios_are_taken_round_by_round()
    {
        // Two warm-up steps, then rounds of one step each: 1, 2 and 4 seconds against twice, three times and twice that.
        int[] fast = [9000, 1000, 1000, 2000, 4000];
        int[] plain = [9000, 2000, 2000, 6000, 8000];
        FakeHost host = new() { StepTime = (name, step) => name == Fast ? fast[step] : name == Plain ? plain[step] : 1000 };
        BenchmarkReport report = Run(host, Options);
        SizeReport size = Assert.Single(report.Sizes);
        Assert.Equal((BenchmarkEnd.Completed, 3), (report.End, size.Rounds));
        Assert.Empty(size.Notes);
        SubjectReport engine = size.Subjects[0];
        Assert.Equal([1000.0, 2000, 4000], engine.RoundMilliseconds);
        Assert.Equal(new Spread(3, 2000, 1500, 3000, 1000, 4000), engine.StepMilliseconds);
        Assert.Equal(new Spread(3, 2048, 1536, 3072, 1024, 4096), engine.TokensPerSecond);
        Assert.Equal(new Spread(3, 0.5, 0.375, 0.75, 0.25, 1), engine.Gigaflops);
        Assert.Equal(new Spread(3, 0.125, 0.09375, 0.1875, 0.0625, 0.25), engine.ShareOfBf16Products);
        Assert.Equal((30, 100, 5, 2000), (engine.PeakMemory, engine.ManagedBytesPerStep, engine.FirstLoss, Assert.Single(engine.Stages).Milliseconds));
        Assert.Equal([1, 1, 1], size.Products[0].RoundMilliseconds.Select(time => time / 1000));
        Assert.Equal(
            [(RatioKind.Speed, Fast, Plain, 2), (RatioKind.Memory, Fast, Plain, 1 / 3.0)],
            size.Ratios.Select(ratio => (ratio.Kind, ratio.First.Name, ratio.Second.Name, ratio.Value.Median)));
        Assert.Equal(new Spread(3, 2, 2, 2.5, 2, 3), size.Ratios[0].Value);
    }

    [Fact]
    public void Architectures_are_compared_by_step_time()
    {
        FakeHost host = new() { StepTime = (name, _) => name.StartsWith("ngpt", StringComparison.Ordinal) ? 1200 : 1000 };
        SizeReport size = Run(host, Options with { Architectures = [Architecture.NGpt, Architecture.Gpt], Variants = BenchmarkVariant.Training }).Sizes[0];
        RatioReport[] ratios = [.. size.Ratios.Where(ratio => ratio.Kind == RatioKind.StepTime)];
        Assert.Equal(BenchmarkVariant.Training, ratios.Select(ratio => ratio.First.Variant));
        Assert.All(ratios, ratio => Assert.Equal(1.2, ratio.Value.Median));
        // Four ratios of speed and one of memory for each architecture.
        Assert.Equal(10, size.Ratios.Count - ratios.Length);
    }

    [Fact]
    public void Short_steps_are_warmed_up_for_a_time_and_measured_many_at_once()
    {
        FakeHost host = new() { StepTime = (_, step) => step == 0 ? 500 : 125 };
        BenchmarkReport report = Run(host, Options with { MeasurementTime = TimeSpan.FromSeconds(0.5) });
        Assert.All(report.Sizes[0].Subjects, subject => Assert.Equal((4, 125, 100), (subject.StepsPerRound, subject.StepMilliseconds!.Median, subject.ManagedBytesPerStep)));
        // Four subjects: 2 seconds of warm-up, and 3 measurements of half a second.
        Assert.Equal(4 * 3500, host.GetTimestamp());
    }

    [Fact]
    public void Subjects_that_do_not_fit_together_are_started_in_every_round()
    {
        FakeHost host = new() { Needed = name => name.StartsWith("ngpt", StringComparison.Ordinal) ? 600 : 10 };
        BenchmarkReport report = Run(host, Options with { Rounds = 2 });
        Assert.Equal(
            [
                "6x384: 4 subjects, 2 rounds", "+products-bf16", "+products-float32",
                "products-bf16", "products-float32", $"+{Fast}", Fast, $"-{Fast}", $"+{Plain}", Plain, $"-{Plain}", "round 1",
                "products-float32", $"+{Fast}", Fast, $"-{Fast}", $"+{Plain}", Plain, $"-{Plain}", "products-bf16", "round 2",
                "-products-bf16", "-products-float32",
            ],
            host.Events);
        Assert.All(report.Sizes[0].Subjects, subject => Assert.True(subject is { StartedEveryRound: true, Status: SubjectStatus.Measured }));
        Assert.StartsWith("nGPT fast bf16, nGPT plain bf16: restarted and warmed up in every round", Assert.Single(report.Sizes[0].Notes));
    }

    [Fact]
    public void A_subject_that_cannot_run_does_not_fit_or_fails_leaves_the_others_their_figures()
    {
        FakeHost host = new()
        {
            Needed = name => name switch { Fast => null, "ngpt plain-float32" => 2000, _ => 1 },
            BeforeMeasurement = name => _ = name == Plain ? throw new WorkerFailedException("its process ended with exit code 7") : 0,
        };
        BenchmarkReport report = Run(host, Options with { Variants = BenchmarkVariant.Training });
        Assert.Equal(
            [SubjectStatus.Unsupported, SubjectStatus.Failed, SubjectStatus.Measured, SubjectStatus.DoesNotFit],
            report.Sizes[0].Subjects.Select(subject => subject.Status));
        Assert.Equal(
            [
                $"{Fast}: no such engine", "ngpt plain-float32: does not fit in memory: needs about 0.0 GB, 0.0 GB are available",
                $"{Plain}: its process ended with exit code 7",
            ],
            host.Skipped);
        Assert.Contains($"-{Plain}", host.Events);
    }

    [Fact]
    public void A_subject_that_fails_later_keeps_its_rounds()
    {
        int measurements = 0;
        FakeHost host = new() { BeforeMeasurement = name => _ = name == Plain && ++measurements == 5 ? throw new WorkerFailedException("gone") : 0 };
        SubjectReport plain = Run(host, Options).Sizes[0].Subjects[1];
        Assert.Equal((SubjectStatus.Failed, "gone", 2), (plain.Status, plain.Reason, plain.RoundMilliseconds.Count));
    }

    [Fact]
    public void Without_matrix_products_there_is_no_benchmark()
    {
        FakeHost host = new() { BeforeMeasurement = _ => throw new WorkerFailedException("its process failed", "mend it") };
        NGptException failure = Assert.Throws<NGptException>(() => Run(host, Options));
        Assert.Equal(("bf16 matrix products: its process failed", "mend it"), (failure.Message, failure.Remedy));
        Assert.Equal("-products-bf16", host.Events[^1]);
    }

    [Theory]
    // Warm-up takes 8 seconds, a round 4.
    [InlineData(1, 0, 1, "time limit reached after 0 of 3 rounds")]
    [InlineData(9.5, 0, 2, "time limit reached after 0 of 3 rounds")]
    [InlineData(15.5, 1, 4, "time limit reached after 1 of 3 rounds")]
    [InlineData(17, 2, 4, "time limit reached after 2 of 3 rounds")]
    public void The_time_limit_ends_it_with_what_there_is(double seconds, int rounds, int measured, string note)
    {
        FakeHost host = new();
        BenchmarkOptions options = Options with { TimeLimit = TimeSpan.FromSeconds(seconds) };
        if (seconds < 8)
        {
            Assert.Contains("before anything was measured", Assert.Throws<NGptException>(() => Run(host, options)).Message);
            return;
        }

        BenchmarkReport report = Run(host, options);
        SizeReport size = report.Sizes[0];
        Assert.Equal((BenchmarkEnd.TimeLimit, rounds, measured), (report.End, size.Rounds, size.Products.Concat(size.Subjects).Count(subject => subject.Status == SubjectStatus.Measured)));
        Assert.Equal(note, Assert.Single(size.Notes));
    }

    [Fact]
    public void Sizes_share_the_time_limit()
    {
        BenchmarkSize[] sizes = [BenchmarkSizes.Default, BenchmarkSizes.Parse("6x384@4096")];
        // Half of it is enough for one round; what is left over goes to the other size.
        BenchmarkReport report = Run(new FakeHost(), Options with { Sizes = sizes, TimeLimit = TimeSpan.FromSeconds(29), Rounds = 9 });
        Assert.Equal([("6x384", 1), ("6x384@4096", 2)], report.Sizes.Select(size => (size.Size.Name, size.Rounds)));
    }

    [Fact]
    public void A_stop_keeps_what_was_measured()
    {
        using CancellationTokenSource stop = new();
        int measurements = 0;
        FakeHost host = new()
        {
            BeforeMeasurement = name =>
            {
                if (name == Plain && ++measurements == 4)
                {
                    stop.Cancel();
                    stop.Token.ThrowIfCancellationRequested();
                }
            },
        };
        BenchmarkReport report = new TrainingBenchmark(Options, host, host, host).Run(stop.Token);
        Assert.Equal((BenchmarkEnd.Stopped, 1), (report.End, report.Sizes[0].Rounds));
        Assert.Equal([2, 1], report.Sizes[0].Subjects.Select(subject => subject.RoundMilliseconds.Count));
        Assert.Equal("stopped after 1 of 3 rounds", Assert.Single(report.Sizes[0].Notes));
        Assert.Equal(4, host.Events.Count(entry => entry.StartsWith('-')));
    }

    [Fact]
    public void A_stop_before_anything_was_measured_is_a_stop()
    {
        using CancellationTokenSource stop = new();
        FakeHost host = new();
        host.BeforeMeasurement = _ =>
        {
            stop.Cancel();
            stop.Token.ThrowIfCancellationRequested();
        };
        Assert.Throws<OperationCanceledException>(() => new TrainingBenchmark(Options, host, host, host).Run(stop.Token));
    }

    [Fact]
    public void Recomputing_is_noted() => Assert.Equal(
        "the fast engine recomputes activations in the backward pass (--recompute)",
        Assert.Single(Run(new FakeHost(), Options with { Recompute = true }).Sizes[0].Notes));

    [Fact]
    public void Subjects_that_compute_something_else_are_noticed()
    {
        FakeHost host = new() { FirstLoss = name => name == Plain ? 5.1 : 5 };
        string note = Assert.Single(Run(host, Options).Sizes[0].Notes);
        Assert.Equal("the subjects do not compute the same function: the first loss is 5.0000 for nGPT fast bf16 and 5.1000 for nGPT plain bf16", note);
    }

    [Fact]
    public void Nothing_to_measure_is_said_before_anything_is_started()
    {
        FakeHost host = new() { Needed = name => name.StartsWith("ngpt", StringComparison.Ordinal) ? 96_000_000_000 : 1, AvailableMemory = 24_000_000_000 };
        NGptException failure = Assert.Throws<NGptException>(() => Run(host, Options));
        Assert.Contains("nGPT fast bf16 6x384, does not fit in memory: needs about 96.0 GB, 24.0 GB are available", failure.Message);
        Assert.Contains("--batch-size", failure.Remedy);
        host.Needed = name => name.StartsWith("ngpt", StringComparison.Ordinal) ? null : 1;
        Assert.Equal("nothing can be measured: no such engine", Assert.Throws<NGptException>(() => Run(host, Options)).Message);
        Assert.Throws<UsageException>(() => Run(host, Options with { Sizes = [] }));
        Assert.Throws<UsageException>(() => Run(host, Options with { Variants = [] }));
        Assert.Contains("6x384: batch size 0", Assert.Throws<UsageException>(() => Run(host, Options with { Sizes = [BenchmarkSizes.Default with { BatchSize = 0 }] })).Message);
        Assert.Empty(host.Events);
    }

    private static BenchmarkReport Run(FakeHost host, BenchmarkOptions options) => new TrainingBenchmark(options, host, host, host).Run(TestContext.Current.CancellationToken);
}
