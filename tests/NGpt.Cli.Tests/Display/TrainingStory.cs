using NGpt.Core.Configuration;
using NGpt.Data.Preparation;
using NGpt.Torch.Training;

namespace NGpt.Cli.Tests.Display;

/// <summary>A short run as its observer hears it, always the same.</summary>
internal static class TrainingStory
{
    private static EngineSummary Engine { get; } = new(EngineKind.Plain, Precision.F32, "plain modules (float32)", "asked for");

    public static TrainingPlan Plan(params (string Name, string Value)[] options)
    {
        SettingLayers layers = SettingLayers.Create(
            options.Concat([("preset", "nano"), ("steps", "7"), ("log-interval", "3")]).DistinctBy(option => option.Item1));
        ModelConfig model = RunConfigResolver.ResolveModel(layers, 97);
        return new TrainingPlan
        {
            Config = new RunConfig
            {
                Preset = "nano",
                Model = model,
                Training = RunConfigResolver.ResolveTraining(layers),
                Data = new DataConfig { Source = "/texts", Tokenizer = "characters", Fingerprint = new string('0', 64) },
            },
            RunFolder = "runs/a b",
            StartStep = 0,
            Device = "cpu, 2 threads",
            Engine = Engine,
            ParameterCount = model.ParameterCount,
            TokensPerStep = 512,
            DataParts = [new DatasetPart("/texts", 1, 1_234_567, 12_345)],
            TrainingTokens = 1_234_567,
            ValidationTokens = 12_345,
            Epochs = 0.0029,
            EstimatedMemory = 345_000_000,
            AvailableMemory = 16_000_000_000,
        };
    }

    public static TrainingOutcome Outcome(TrainingEnd end = TrainingEnd.Completed) => new(
        end,
        7,
        "runs/a b",
        new EvaluationReport(7, 2.5, 3.6, 4096, false),
        new EvaluationReport(5, 2.25, 3.25, 4096, true),
        TimeSpan.FromSeconds(192),
        1_300_000_000,
        "A [sample]\nof \"text\" – β.")
    {
        Engine = Engine,
    };

    public static void Tell(ITrainingObserver observer, TrainingPlan plan, TrainingEnd end = TrainingEnd.Completed)
    {
        observer.OnWarning("--su-init [x] has no effect");
        observer.OnPreparing("reading 354 files");
        observer.OnPlan(plan);
        for (int step = 1; step <= 7; step++)
        {
            double? norm = plan.Config.Model.Scales is null ? null : 1.25e-7;
            observer.OnStep(new StepReport(step, 5 - (0.5 * step), 0.75, 0.01 / step, 12_345.6, 41, 0.25, step * 512, norm, TimeSpan.FromSeconds(70 - (10 * step))));
            if (step == 5)
            {
                observer.OnEvaluation(new EvaluationReport(5, 2.25, 3.25, 4096, true));
                observer.OnCheckpoint(5, "runs/a b/checkpoints/step-00000005");
            }
        }

        observer.OnEvaluation(new EvaluationReport(7, 2.5, 3.6, 4096, false));
        observer.OnFinished(Outcome(end));
    }
}
