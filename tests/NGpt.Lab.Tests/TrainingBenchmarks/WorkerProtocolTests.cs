using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.TrainingBenchmarks;
using NGpt.Torch.Training;

namespace NGpt.Lab.Tests.TrainingBenchmarks;

public sealed class WorkerProtocolTests
{
    [Fact]
    public void Requests_are_read_as_written()
    {
        foreach (BenchmarkSubject subject in (BenchmarkSubject[])
            [BenchmarkSubject.Products(Precision.Bf16), .. BenchmarkVariant.Training.Select(variant => new BenchmarkSubject(variant, Architecture.Gpt))])
        {
            WorkerRequest request = new(subject, BenchmarkSizes.Parse("6x384@64"), Threads: 3, Recompute: true);
            Assert.Equal(request, RoundTrip(request));
        }
    }

    [Fact]
    public void Answers_are_read_as_written()
    {
        WorkerReady ready = new() { Description = "bf16 products, 2048×2048", OperationsPerStep = 1.7e10, Threads = 2, LibTorch = "2.10.0", TorchSharp = "0.107.0" };
        Assert.Equal(ready, RoundTrip(ready));
        WorkerMeasurement measured = new([0.5, 0.25], 6.25, [new StageTime("update", 0.1), new StageTime("q·kᵀ", 2)], 123, 1L << 40);
        WorkerMeasurement read = RoundTrip(measured);
        Assert.Equal(measured.Seconds, read.Seconds);
        Assert.Equal(measured.Stages, read.Stages);
        Assert.Equal((6.25, 123L, 1L << 40, 0.375), (read.FirstLoss, read.ManagedBytes, read.PeakMemory, read.StepSeconds));
    }

    [Fact]
    public void Commands_are_read_as_written() => Assert.Equal(17, WorkerProtocol.ReadSteps(WorkerProtocol.WriteSteps(17)));

    [Theory]
    [InlineData("")]
    [InlineData("step")]
    [InlineData("step 0")]
    [InlineData("step -1")]
    [InlineData("step 1e3")]
    [InlineData("step 99999999")]
    [InlineData("stop")]
    public void Other_commands_are_refused(string line) => Assert.Throws<NGptException>(() => WorkerProtocol.ReadSteps(line));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("hello, are you there, this is a line that is longer than anything that would be sensible to repeat")]
    public void Other_messages_are_refused_in_one_short_line(string line)
    {
        NGptException failure = Assert.Throws<NGptException>(() => WorkerProtocol.Read<WorkerReady>(line));
        Assert.True(failure.Message.Length < 150);
    }

    private static T RoundTrip<T>(T message)
    {
        string line = WorkerProtocol.Write(message);
        Assert.True(WorkerProtocol.IsMessage(line));
        Assert.All(line, character => Assert.InRange(character, ' ', '~'));
        return WorkerProtocol.Read<T>(line);
    }
}
