namespace NGpt.Core.Configuration;

/// <summary>How a model is trained: everything that changes the numbers, and how often to look and save.</summary>
public sealed record TrainingConfig
{
    /// <summary>Optimizer steps of the whole run.</summary>
    public required int Steps { get; init; }

    /// <summary>B, sequences in one forward and backward pass.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Passes whose gradients are averaged into one step.</summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>Peak learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>What the learning rate is multiplied with, by kind of parameter.</summary>
    public LearningRateFactors LearningRateFactors { get; init; } = LearningRateFactors.Equal;

    /// <summary>
    /// The tuned model that <see cref="LearningRate"/>, <see cref="MinLearningRate"/>, <see cref="LearningRateFactors"/>
    /// and the starts of the scales were transferred from by νGPT; null for the published parametrization.
    /// </summary>
    public NuGptBase? NuGptBase { get; init; }

    /// <summary>Learning rate at the end of the schedule.</summary>
    public double MinLearningRate { get; init; }

    /// <summary>How the learning rate moves after the warmup.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>Steps of linear rise to the peak; 0 for nGPT.</summary>
    public required int WarmupSteps { get; init; }

    /// <summary>Step at which the schedule reaches <see cref="MinLearningRate"/>; normally <see cref="Steps"/>.</summary>
    public required int DecaySteps { get; init; }

    /// <summary>Share of <see cref="DecaySteps"/> over which <see cref="LearningRateSchedule.WarmupStableDecay"/> falls, 0 to 1.</summary>
    public double DecayFraction { get; init; } = 0.2;

    /// <summary>AdamW's decoupled weight decay on 2-D parameters; 0 for nGPT.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>Decay of Adam's first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of Adam's second moment.</summary>
    public double Beta2 { get; init; } = 0.95;

    /// <summary>Added to the root of Adam's second moment.</summary>
    public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>Largest global gradient norm; 0 turns clipping off.</summary>
    public double GradientClip { get; init; } = 1;

    /// <summary>Seed of the initial parameters and of the order of the data.</summary>
    public long Seed { get; init; } = 1337;

    /// <summary>Steps between evaluations on held-out data; the last step is always evaluated.</summary>
    public required int EvalInterval { get; init; }

    /// <summary>Batches in one evaluation.</summary>
    public required int EvalBatches { get; init; }

    /// <summary>Steps between the lines that are written and shown.</summary>
    public int LogInterval { get; init; } = 1;

    /// <summary>Steps between checkpoints; the last step is always saved.</summary>
    public required int CheckpointInterval { get; init; }

    /// <summary>How many of the newest checkpoints to keep, besides the best one.</summary>
    public int KeepCheckpoints { get; init; } = 3;

    /// <summary>Gathers everything that is wrong with this configuration.</summary>
    /// <returns>One line a problem: field, value and allowed range. Empty when the configuration is sound.</returns>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [];
        Integer("steps", Steps, 1);
        Integer("batch size", BatchSize, 1);
        Integer("gradient accumulation", GradientAccumulation, 1);
        Integer("warmup steps", WarmupSteps, 0);
        if (Steps >= 1 || DecaySteps != Steps)
        {
            Integer("decay steps", DecaySteps, 1);
        }

        Integer("eval interval", EvalInterval, 1);
        Integer("eval batches", EvalBatches, 1);
        Integer("log interval", LogInterval, 1);
        Integer("checkpoint interval", CheckpointInterval, 1);
        Integer("checkpoints to keep", KeepCheckpoints, 1);
        Number("learning rate", LearningRate, 0, 1e30, openBelow: true);
        Number("minimum learning rate", MinLearningRate, 0, double.MaxValue);
        Number("decay fraction", DecayFraction, 0, 1);
        Number("weight decay", WeightDecay, 0, 1e6);
        Number("beta1", Beta1, 0, 1, openAbove: true);
        Number("beta2", Beta2, 0, 1, openAbove: true);
        Number("Adam epsilon", AdamEpsilon, 0, 1, openBelow: true);
        Number("gradient clip", GradientClip, 0, double.MaxValue);
        Number("learning rate factor of the token embedding", LearningRateFactors.TokenEmbedding, 0, 1e30, openBelow: true);
        Number("learning rate factor of matrices", LearningRateFactors.Matrices, 0, 1e30, openBelow: true);
        Number("learning rate factor of vectors", LearningRateFactors.Vectors, 0, 1e30, openBelow: true);
        if (NuGptBase is NuGptBase tuned)
        {
            Integer("base width", tuned.Width, 1);
            Integer("base layers", tuned.Layers, 1);
            Integer("base tokens", tuned.Tokens, 1);
        }

        if (LearningRate > 0 && MinLearningRate > LearningRate)
        {
            problems.Add($"minimum learning rate {MinLearningRate} is above the learning rate {LearningRate}");
        }

        if (WarmupSteps > 0 && WarmupSteps >= DecaySteps && Schedule != LearningRateSchedule.Constant)
        {
            problems.Add($"warmup steps {WarmupSteps} leave no step of the schedule, which ends at step {DecaySteps}");
        }

        return problems;

        void Integer(string name, long value, int min)
        {
            if (value < min)
            {
                problems.Add($"{name} {value} is below {min}");
            }
        }

        void Number(string name, double value, double min, double max, bool openBelow = false, bool openAbove = false)
        {
            if (!double.IsFinite(value) || value < min || value > max || (openBelow && value == min) || (openAbove && value == max))
            {
                string range = max == double.MaxValue ? $"{min} or more" : $"{min} to {max}";
                problems.Add($"{name} {value} is not {(openBelow ? $"above {min}" : $"within {range}")}{(openBelow && max < double.MaxValue ? $" up to {max}" : "")}");
            }
        }
    }
}
