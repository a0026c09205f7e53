using NGpt.Torch.Training;

namespace NGpt.Cli.Display;

/// <summary>Shows a training run to a person.</summary>
public interface ITrainingDisplay : ITrainingObserver, IDisposable
{
    /// <summary>The person asked to stop; the run goes on until its step is done and saved. Called on any thread.</summary>
    void OnStopRequested();
}
