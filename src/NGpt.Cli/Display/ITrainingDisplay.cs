using NGpt.Torch.Training;
using Spectre.Console;

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

/// <summary>Chooses how a run is shown.</summary>
public static class TrainingDisplays
{
    /// <summary>The live display where the output is a terminal, else plain lines.</summary>
    /// <param name="output">Standard output or standard error.</param>
    /// <returns>The display; to be disposed.</returns>
    public static ITrainingDisplay For(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return LiveConsole.Of(output) is IAnsiConsole terminal ? new LiveTrainingDisplay(terminal) : new PlainTrainingDisplay(output);
    }
}
