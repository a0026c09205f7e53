using NGpt.Cli.Tests.Training;

namespace NGpt.Cli.Tests.Evaluation;

/// <summary>A run of a few steps, made once for all tests of a class.</summary>
public sealed class TrainedRun : IDisposable
{
    public TrainedRun()
    {
        CommandResult trained = TrainingFolder.Train(
            Folder.Begin("run", "--tokenizer", "bytes", "--steps", "5", "--eval-batches", "100000", "--dtype", "float32", "--engine", "plain"));
        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
    }

    internal TrainingFolder Folder { get; } = new();

    public string Checkpoint => Folder.At("run", "checkpoints", "step-00000005");

    public void Dispose() => Folder.Dispose();
}
