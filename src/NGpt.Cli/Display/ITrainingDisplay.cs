using NGpt.Torch.Training;

namespace NGpt.Cli.Display;

/// <summary>Shows a training run to a person.</summary>
public interface ITrainingDisplay : ITrainingObserver, IDisposable
{
    /// <summary>Shows what training would need of memory.</summary>
    /// <param name="memory">The parts.</param>
    void OnMemory(MemoryExplanation memory);

    /// <summary>The person asked to stop; the run goes on until its step is done and saved. Called on any thread.</summary>
    void OnStopRequested();
}
