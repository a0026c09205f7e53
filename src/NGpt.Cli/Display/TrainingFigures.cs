using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Torch.Training;

namespace NGpt.Cli.Display;

/// <summary>What is worth knowing about a run before it begins.</summary>
public static class PlanFigures
{
    /// <summary>Describes a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>Labels and values, in reading order.</returns>
    public static IReadOnlyList<(string Label, string Value)> Of(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ModelConfig model = plan.Config.Model;
        TrainingConfig training = plan.Config.Training;
        DataConfig data = plan.Config.Data;
        return
        [
            ("run", plan.RunFolder),
            ("model", $"{model.Architecture.DisplayName()} ({plan.Config.Preset}), {NumberFormat.Count(plan.ParameterCount)} parameters"),
            ("shape", $"{NumberFormat.Count(model.LayerCount, "layer")}, {NumberFormat.Count(model.HeadCount, "head")}, width {model.EmbeddingWidth}, MLP {model.MlpWidth}, "
                + $"context {model.ContextLength}, vocabulary {NumberFormat.Count(model.VocabularySize)}"),
            .. Data(plan, data),
            ("steps", $"{NumberFormat.Count(training.Steps)} of {NumberFormat.Count(plan.TokensPerStep)} tokens{(plan.DataParts.Count == 1 ? $", {NumberFormat.Epochs(plan.Epochs)}" : "")}"),
            ("optimizer", Optimizer(training)),
            ("saves", $"evaluation every {NumberFormat.Count(training.EvalInterval, "step")}, checkpoint every {NumberFormat.Count(training.CheckpointInterval, "step")} and at each new best"),
            ("device", $"{plan.Device}, {plan.Precision}"),
            ("engine", $"{plan.Engine.Description}: {plan.Engine.Reason}"),
            ("memory", $"about {NumberFormat.Bytes(plan.EstimatedMemory)} of {NumberFormat.Bytes(plan.AvailableMemory)}"),
            ("start", Start(plan)),
        ];
    }

    private static IEnumerable<(string Label, string Value)> Data(TrainingPlan plan, DataConfig data)
    {
        if (plan.DataParts is [_])
        {
            return [("data", $"{data.Source} as {data.Tokenizer}, {NumberFormat.Count(plan.TrainingTokens)} tokens and {NumberFormat.Count(plan.ValidationTokens)} held out")];
        }

        return plan.DataParts.Select((part, i) => (
            i == 0 ? "data" : "",
            string.Create(CultureInfo.InvariantCulture, $"{part.Weight:0.##%} {part.Source} as {data.Tokenizer}, {NumberFormat.Count(part.TrainTokens)} tokens and {NumberFormat.Count(part.ValidationTokens)} held out, ")
            + NumberFormat.Epochs(plan.EpochsOf(part))));
    }

    private static string Optimizer(TrainingConfig training)
    {
        string decay = training.WeightDecay > 0 ? $", weight decay {NumberFormat.Compact(training.WeightDecay)}" : ", no weight decay";
        string warmup = training.WarmupSteps > 0 ? $", warmup {NumberFormat.Count(training.WarmupSteps, "step")}" : ", no warmup";
        string rate = training.Schedule == LearningRateSchedule.Constant
            ? $"learning rate {NumberFormat.Compact(training.LearningRate)}"
            : $"learning rate {NumberFormat.Compact(training.LearningRate)} to {NumberFormat.Compact(training.MinLearningRate)}";
        return $"{rate}, {training.Schedule.Name()}{warmup}{decay}";
    }

    private static string Start(TrainingPlan plan) => plan switch
    {
        { StartStep: > 0 } => $"step {NumberFormat.Count(plan.StartStep)} of {plan.StartedFrom}",
        { StartedFrom: string weights } => $"weights of {weights}",
        _ => $"fresh parameters; the first loss should be near ln V = {NumberFormat.Loss(plan.ReferenceLoss)}",
    };
}

/// <summary>What a run reached, and what to do next.</summary>
public static class OutcomeFigures
{
    /// <summary>Describes an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="plan">The run's plan; null where it was complete before and nothing was planned.</param>
    /// <returns>Labels and values, in reading order.</returns>
    public static IReadOnlyList<(string Label, string Value)> Of(TrainingOutcome outcome, TrainingPlan? plan)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        List<(string, string)> figures = [("result", $"{Ending(outcome.End)} at step {NumberFormat.Count(outcome.Step)}")];
        if (outcome.LastEvaluation is EvaluationReport last)
        {
            figures.Add(("loss", $"{NumberFormat.Loss(last.Loss)} nats per token on {Measured(last, plan)}"));
            figures.Add(("perplexity", last.Perplexity.ToString("0.000")));
            figures.Add(("bits per byte", NumberFormat.Loss(last.BitsPerByte)));
        }

        if (outcome.BestEvaluation is EvaluationReport best && best.Step != outcome.LastEvaluation?.Step)
        {
            figures.Add(("best", $"loss {NumberFormat.Loss(best.Loss)}, {NumberFormat.Loss(best.BitsPerByte)} bits per byte at step {NumberFormat.Count(best.Step)}"));
        }

        figures.Add(("time", NumberFormat.Duration(outcome.Elapsed)));
        figures.Add(("peak memory", NumberFormat.Bytes(outcome.PeakMemory)));
        figures.Add(("run", outcome.RunFolder));
        return figures;
    }

    /// <summary>The commands that are likely next.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>What each command does, and the command, ready to be copied.</returns>
    public static IReadOnlyList<(string Label, string Command)> NextCommands(TrainingOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        string program = ProgramName.Current;
        string run = Quote(outcome.RunFolder);
        List<(string, string)> commands = [];
        if (outcome.End is TrainingEnd.TimeLimit or TrainingEnd.Stopped)
        {
            commands.Add(("continue", $"{program} train --resume {run}"));
        }
        else if (outcome.End == TrainingEnd.StoppedEarly)
        {
            commands.Add(("continue", $"{program} train --resume {run} --patience 0"));
        }
        else if (outcome.End == TrainingEnd.Completed)
        {
            commands.Add(("continue", $"{program} train --resume {run} --steps {2L * outcome.Step}"));
        }

        commands.Add(("evaluate", $"{program} eval {run}"));
        commands.Add(("generate", $"{program} generate {run} --prompt \"…\""));
        return commands;
    }

    // An evaluation during training takes a sample of the held-out windows; ngpt eval takes all.
    private static string Measured(EvaluationReport evaluation, TrainingPlan? plan)
    {
        if (plan is null)
        {
            return $"{NumberFormat.Count(evaluation.Tokens)} held-out tokens";
        }

        int length = plan.Config.Model.ContextLength;
        return $"{NumberFormat.Count(evaluation.Tokens / length)} of {NumberFormat.Count((plan.ValidationTokens - 1) / length, "held-out window")}";
    }

    private static string Ending(TrainingEnd end) => end switch
    {
        TrainingEnd.Completed => "finished",
        TrainingEnd.StoppedEarly => "stopped early, since the held-out loss did not get better,",
        TrainingEnd.Evaluated => "evaluated",
        TrainingEnd.TimeLimit => "time limit reached, saved",
        TrainingEnd.Stopped => "stopped on request, saved",
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };

    private static string Quote(string path) =>
        path.All(letter => char.IsLetterOrDigit(letter) || "/\\._-:~+".Contains(letter, StringComparison.Ordinal)) ? path : $"\"{path}\"";
}

/// <summary>What training would need of memory, part by part.</summary>
public static class MemoryFigures
{
    /// <summary>Describes the parts.</summary>
    /// <param name="memory">The parts, and what would compute.</param>
    /// <returns>Labels and values, in reading order.</returns>
    public static IReadOnlyList<(string Label, string Value)> Of(MemoryExplanation memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return
        [
            ("engine", $"{memory.Engine.Name()}, {memory.Precision.Name()}: {memory.Reason}"),
            .. memory.Plan.Parts.Select(part => (part.Purpose, NumberFormat.Bytes(part.Bytes))),
            ("together", $"{NumberFormat.Bytes(memory.Plan.Total)} of {NumberFormat.Bytes(memory.Available)}"),
        ];
    }
}
