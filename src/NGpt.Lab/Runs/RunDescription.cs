using System.Globalization;
using NGpt.Core.Configuration;

namespace NGpt.Lab.Runs;

/// <summary>Models, recipes and data in the words of plans and reports.</summary>
internal static class RunDescription
{
    public static string Shape(ModelConfig model) => Text(
        $"{Count(model.LayerCount, "layer")}, width {model.EmbeddingWidth}, {Count(model.HeadCount, "head")}, MLP {model.MlpWidth}, context {model.ContextLength}, vocabulary {model.VocabularySize:N0}");

    /// <summary>Everything of a recipe but its peak learning rate.</summary>
    public static string Schedule(TrainingConfig training) => Text(
        $"{training.Schedule.Name()} to {Rate(training.MinLearningRate)}, warmup {Count(training.WarmupSteps, "step")}, weight decay {training.WeightDecay:0.####}, Adam {training.Beta1}, {training.Beta2}, gradient clip {training.GradientClip}");

    public static string DataText(RunConfig config) => $"{config.Data.Source}, tokenizer {config.Data.Tokenizer}, fingerprint {config.Data.Fingerprint}";

    public static string Precision(RunConfig config) =>
        $"{config.Precision.Name()} matrix products, float32 weights and moments, {config.Engine.Name()} engine";

    /// <summary>On how much held-out text losses were measured, for example <c>20,480 held-out tokens</c>.</summary>
    public static string HeldOut(IEnumerable<RecordedRun> runs)
    {
        long[] tokens = [.. runs.Select(run => run.EvaluationTokens).OfType<long>().Distinct().Order()];
        return tokens.Length switch
        {
            0 => "held-out tokens",
            1 => Text($"{tokens[0]:N0} held-out tokens"),
            _ => Text($"{tokens[0]:N0} to {tokens[^1]:N0} held-out tokens"),
        };
    }

    /// <summary>How often the training data are read, for example <c>0.005% of an epoch</c> or <c>12.5 epochs</c>.</summary>
    public static string Epochs(double epochs) =>
        epochs < 0.1 ? Text($"{epochs:0.###%} of an epoch")
        : epochs < 10 ? Text($"{epochs:0.00} epochs")
        : Text($"{epochs:N0} epochs");

    public static string Count(long count, string noun) => Text($"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    public static string Rate(double rate) => rate.ToString("0.##########", CultureInfo.InvariantCulture);

    public static string Rates(IEnumerable<double> rates) => string.Join(", ", rates.Select(Rate));

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
