using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.TrainingBenchmarks;
using NGpt.Torch.Training;

namespace NGpt.Lab.Tests.TrainingBenchmarks;

public sealed class BenchmarkWorkerTests
{
    // Odd, and all different.
    private static readonly BenchmarkSize Tiny = BenchmarkSizes.Default with
    {
        LayerCount = 2,
        EmbeddingWidth = 18,
        HeadCount = 3,
        MlpWidth = 23,
        ContextLength = 17,
        BatchSize = 5,
        VocabularySize = 37,
    };

    [Theory]
    [InlineData(Architecture.NGpt, Precision.F32)]
    [InlineData(Architecture.NGpt, Precision.Bf16)]
    [InlineData(Architecture.Gpt, Precision.F32)]
    [InlineData(Architecture.Gpt, Precision.Bf16)]
    public void A_worker_describes_its_subject_and_measures_on_command(Architecture architecture, Precision precision)
    {
        BenchmarkSubject subject = new(new BenchmarkVariant(EngineKind.Plain, precision), architecture);
        (WorkerReady ready, WorkerMeasurement[] measured) = Serve(subject, "step 1", "step 3");
        Assert.Equal($"plain modules ({precision.Name()})", ready.Description);
        Assert.Equal(ModelFlops.TrainingFlopsPerToken(Tiny.Model(architecture)) * 5 * 17, ready.OperationsPerStep);
        Assert.True(ready.Threads >= 1);
        Assert.Matches(@"^\d+\.\d+", ready.LibTorch);
        Assert.Matches(@"^\d+\.\d+", ready.TorchSharp);
        Assert.Equal([1, 3], measured.Select(measurement => measurement.Seconds.Length));
        Assert.All(measured.SelectMany(measurement => measurement.Seconds), seconds => Assert.InRange(seconds, 1e-6, 60));
        Assert.All(measured, measurement =>
        {
            Assert.True(measurement.ManagedBytes > 0);
            Assert.True(measurement.PeakMemory > 10 << 20);
            Assert.Equal(["forward and backward", "gradient norm", "update"], measurement.Stages.Select(stage => stage.Stage));
            Assert.All(measurement.Stages, stage => Assert.True(stage.Milliseconds > 0));
            // Random tokens cannot be learned: the loss stays near that of uniform predictions.
            Assert.Equal(Math.Log(37), measurement.FirstLoss, 0.3);
        });
    }

    [Fact]
    public void All_subjects_of_an_architecture_see_the_same_parameters_and_batches()
    {
        double wide = FirstLoss(Precision.F32);
        Assert.Equal(wide, FirstLoss(Precision.F32));
        Assert.Equal(wide, FirstLoss(Precision.Bf16), 0.01);

        static double FirstLoss(Precision precision) =>
            Serve(new BenchmarkSubject(new BenchmarkVariant(EngineKind.Plain, precision), Architecture.NGpt), "step 1").Measured[0].FirstLoss;
    }

    [Fact]
    public void Matrix_products_count_their_operations()
    {
        using ProductWorkload products = ProductWorkload.FindBest(Precision.F32);
        Assert.Equal(2 * Math.Pow(products.Size, 3), products.OperationsPerStep);
        Assert.Contains($"{products.Size}×{products.Size}", products.Description);
        WorkerMeasurement measured = BenchmarkWorker.Measure(products, 2);
        Assert.Equal(2, measured.Seconds.Length);
        Assert.Empty(measured.Stages);
        // A step of an engine that allocates nothing must not be charged for being measured.
        Assert.InRange(measured.ManagedBytes, 0, 2000);
    }

    [Fact]
    public void A_worker_without_input_ends()
    {
        using StringWriter output = new();
        BenchmarkWorker.Serve(new StringReader(""), output);
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public void A_worker_that_is_started_by_hand_is_rejected() =>
        Assert.Throws<NGptException>(() => BenchmarkWorker.Serve(new StringReader("hello"), TextWriter.Null));

    private static (WorkerReady Ready, WorkerMeasurement[] Measured) Serve(BenchmarkSubject subject, params string[] commands)
    {
        string request = WorkerProtocol.Write(new WorkerRequest(subject, Tiny, Threads: null, Recompute: false));
        using StringWriter output = new();
        BenchmarkWorker.Serve(new StringReader(string.Join('\n', [request, .. commands])), output);
        string[] answers = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        return (WorkerProtocol.Read<WorkerReady>(answers[0]), [.. answers.Skip(1).Select(WorkerProtocol.Read<WorkerMeasurement>)]);
    }
}
