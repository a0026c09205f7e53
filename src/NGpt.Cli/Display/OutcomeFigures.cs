using NGpt.Torch.Training;

namespace NGpt.Cli.Display;

/// <summary>What a run reached, and what to do next.</summary>
public static class OutcomeFigures
{
    /// <summary>Describes an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>Labels and values, in reading order.</returns>
    public static IReadOnlyList<(string Label, string Value)> Of(TrainingOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        List<(string, string)> figures = [("result", $"{Ending(outcome.End)} at step {Figure.Count(outcome.Step)}")];
        if (outcome.LastEvaluation is EvaluationReport last)
        {
            figures.Add(("loss", $"{Figure.Loss(last.Loss)} nats a token on {Figure.Count(last.Tokens)} held-out tokens"));
            figures.Add(("perplexity", last.Perplexity.ToString("0.000")));
            figures.Add(("bits per byte", Figure.Loss(last.BitsPerByte)));
        }

        if (outcome.BestEvaluation is EvaluationReport best && best.Step != outcome.LastEvaluation?.Step)
        {
            figures.Add(("best", $"loss {Figure.Loss(best.Loss)}, {Figure.Loss(best.BitsPerByte)} bits per byte at step {Figure.Count(best.Step)}"));
        }

        figures.Add(("time", Figure.Duration(outcome.Elapsed)));
        figures.Add(("peak memory", Figure.Bytes(outcome.PeakMemory)));
        figures.Add(("run", outcome.RunFolder));
        return figures;
    }

    /// <summary>The commands that a person may want next.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>What each command does, and the command, ready to be copied.</returns>
    public static IReadOnlyList<(string Label, string Command)> NextCommands(TrainingOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        string program = OperatingSystem.IsWindows() ? "ngpt" : "./ngpt";
        string run = Quote(outcome.RunFolder);
        List<(string, string)> commands = [];
        if (outcome.End is TrainingEnd.TimeLimit or TrainingEnd.Stopped)
        {
            commands.Add(("continue", $"{program} train --resume {run}"));
        }
        else if (outcome.End == TrainingEnd.Completed)
        {
            commands.Add(("continue", $"{program} train --resume {run} --steps {2L * outcome.Step}"));
        }

        commands.Add(("generate", $"{program} generate {run} --prompt \"…\""));
        return commands;
    }

    private static string Ending(TrainingEnd end) => end switch
    {
        TrainingEnd.Completed => "finished",
        TrainingEnd.Evaluated => "evaluated",
        TrainingEnd.TimeLimit => "time limit reached, saved",
        TrainingEnd.Stopped => "stopped on request, saved",
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };

    private static string Quote(string path) =>
        path.All(letter => char.IsLetterOrDigit(letter) || "/\\._-:~+".Contains(letter, StringComparison.Ordinal)) ? path : $"\"{path}\"";
}
