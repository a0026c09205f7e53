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
            ("model", $"{model.Architecture.DisplayName()} ({plan.Config.Preset}), {Figure.Count(plan.ParameterCount)} parameters"),
            ("shape", $"{model.LayerCount} layers, {model.HeadCount} heads, width {model.EmbeddingWidth}, MLP {model.MlpWidth}, "
                + $"context {model.ContextLength}, vocabulary {Figure.Count(model.VocabularySize)}"),
            ("data", $"{data.Source} as {data.Tokenizer}, {Figure.Count(plan.TrainingTokens)} tokens and {Figure.Count(plan.ValidationTokens)} held out"),
            ("steps", $"{Figure.Count(training.Steps)} of {Figure.Count(plan.TokensPerStep)} tokens, {Figure.Compact(plan.Epochs)} passes over the data"),
            ("optimizer", Optimizer(training)),
            ("saves", $"evaluation every {Figure.Count(training.EvalInterval)} steps, checkpoint every {Figure.Count(training.CheckpointInterval)}"),
            ("device", $"{plan.Device}, {plan.Precision}"),
            ("engine", $"{plan.Engine.Description}: {plan.Engine.Reason}"),
            ("memory", $"about {Figure.Bytes(plan.EstimatedMemory)} of {Figure.Bytes(plan.AvailableMemory)}"),
            ("start", Start(plan)),
        ];
    }

    private static string Optimizer(TrainingConfig training)
    {
        string decay = training.WeightDecay > 0 ? $", weight decay {Figure.Compact(training.WeightDecay)}" : ", no weight decay";
        string warmup = training.WarmupSteps > 0 ? $", warmup {training.WarmupSteps} steps" : ", no warmup";
        string rate = training.Schedule == LearningRateSchedule.Constant
            ? $"learning rate {Figure.Compact(training.LearningRate)}"
            : $"learning rate {Figure.Compact(training.LearningRate)} to {Figure.Compact(training.MinLearningRate)}";
        return $"{rate}, {training.Schedule.Name()}{warmup}{decay}";
    }

    private static string Start(TrainingPlan plan) => plan switch
    {
        { StartStep: > 0 } => $"step {Figure.Count(plan.StartStep)} of {plan.StartedFrom}",
        { StartedFrom: string weights } => $"weights of {weights}",
        _ => $"fresh parameters; the first loss should be near ln V = {Figure.Loss(plan.ReferenceLoss)}",
    };
}
