using NGpt.Torch.Training;
using Spectre.Console;

namespace NGpt.Cli.Display;

/// <summary>Shows a training run.</summary>
public interface ITrainingDisplay : ITrainingObserver, IDisposable
{
    /// <summary>Shows what training would need of memory.</summary>
    /// <param name="memory">The parts.</param>
    void OnMemory(MemoryExplanation memory);

    /// <summary>The user asked to stop; the run ends after the current pass and saves. Called on any thread.</summary>
    void OnStopRequested();
}

/// <summary>Chooses how a run is shown.</summary>
public static class TrainingDisplays
{
    /// <summary>The live display where the output is a terminal, else plain lines.</summary>
    /// <param name="output">Standard output or standard error.</param>
    /// <param name="error">Receives a warning where the output cannot be written, as on a full disk: the run does not end for it.</param>
    /// <returns>The display; to be disposed.</returns>
    public static ITrainingDisplay For(TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        return LiveConsole.Of(output) is IAnsiConsole terminal
            ? new LiveTrainingDisplay(terminal)
            : new PlainTrainingDisplay(new LogWriter(output, failure => error.WriteLine(
                $"ngpt: warning: the output cannot be written ({failure.Message.TrimEnd('.')}): training continues without its lines; metrics.jsonl has every step")));
    }
}
