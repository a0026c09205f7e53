using System.Text.Json.Nodes;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Data.Preparation;
using NGpt.Torch.Checkpoints;
using NGpt.Torch.Engine;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using NGpt.Torch.Training;

namespace NGpt.Torch.Tests.Training;

/// <summary>The training loop on data of many documents: a stopped and resumed run equals an uninterrupted one.</summary>
public sealed class TrainerResumeTests : IDisposable
{
    private const int Steps = 12;

    private readonly TokenFolder _folder = new();
    private readonly TrainingData _data;

    public TrainerResumeTests() => _data = new TrainingData(
        _folder.Documents(3_001, seed: 1), _folder.Documents(600, seed: 2), [new DatasetPart("documents", 1, 3_001, 600)], TokenFolder.Tokenizer);

    public void Dispose() => _folder.Dispose();

    public static TheoryData<Architecture, EngineKind, WindowSampling, WindowPacking> Kinds { get; } = new()
    {
        { Architecture.NGpt, EngineKind.Fast, WindowSampling.Random, WindowPacking.Documents },
        { Architecture.Gpt, EngineKind.Fast, WindowSampling.Shuffled, WindowPacking.Documents },
        { Architecture.Gpt, EngineKind.Plain, WindowSampling.Random, WindowPacking.Documents },
        { Architecture.NGpt, EngineKind.Plain, WindowSampling.Random, WindowPacking.Stream },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_resumed_run_equals_an_uninterrupted_one_bit_for_bit(Architecture architecture, EngineKind engine, WindowSampling sampling, WindowPacking packing)
    {
        RunConfig config = Config(architecture, sampling, packing);
        Run whole = Train(config, engine, "whole", stopAfter: Steps);
        Run first = Train(config, engine, "stopped", stopAfter: 5);
        Assert.Equal(5L * config.Training.BatchSize * config.Training.GradientAccumulation, first.State.DataPosition);
        Run rest = Train(config, engine, "stopped", stopAfter: Steps);
        Assert.Equal(whole.Parameters, rest.Parameters);
        Assert.Equal(whole.Losses, first.Losses.Concat(rest.Losses));
        Assert.Equal(whole.State.LastEvaluation, rest.State.LastEvaluation);
        Assert.Equal(whole.State.DataPosition, rest.State.DataPosition);
    }

    [Fact]
    public void A_stop_between_the_passes_of_a_step_saves_the_step_before_and_the_resumed_run_repeats_it()
    {
        RunConfig config = Config(Architecture.NGpt, WindowSampling.Random, WindowPacking.Stream, ("gradient-accumulation", "3"));
        Run whole = Train(config, EngineKind.Fast, "whole", stopAfter: Steps);
        Run first = Train(config, EngineKind.Fast, "stopped", stopAfter: 5, stopBeforePass: 1);
        Assert.Equal((5, 5L * 3 * config.Training.BatchSize), (first.State.Step, first.State.DataPosition));
        Run rest = Train(config, EngineKind.Fast, "stopped", stopAfter: Steps);
        Assert.Equal(whole.Parameters, rest.Parameters);
        Assert.Equal(whole.Losses, first.Losses.Concat(rest.Losses));
    }

    [Theory]
    [InlineData(EngineKind.Fast)]
    [InlineData(EngineKind.Plain)]
    public void A_resumed_run_of_a_variant_equals_an_uninterrupted_one_bit_for_bit(EngineKind engine)
    {
        RunConfig config = Config(
            Architecture.NGpt, WindowSampling.Shuffled, WindowPacking.Stream,
            ("alpha-shape", "scalar"), ("sz-shape", "scalar"), ("qk-norm", "none"), ("parametrization", "nugpt"), ("base-width", "6"), ("base-layers", "1"),
            ("base-tokens", "1000"));
        Run whole = Train(config, engine, "whole", stopAfter: Steps);
        Run first = Train(config, engine, "stopped", stopAfter: 5);
        Run rest = Train(RunConfigJson.Parse(RunConfigJson.Serialize(config), "config.json"), engine, "stopped", stopAfter: Steps);
        Assert.Equal(whole.Parameters, rest.Parameters);
        Assert.Equal(whole.Losses, first.Losses.Concat(rest.Losses));
        Run published = Train(Config(Architecture.NGpt, WindowSampling.Shuffled, WindowPacking.Stream), engine, "published", stopAfter: Steps);
        Assert.True(whole.Parameters.Length < published.Parameters.Length);
        Assert.NotEqual(published.Losses[0], whole.Losses[0]);
    }

    [Fact]
    public void Sampling_and_packing_change_the_run_and_packing_the_evaluation()
    {
        Run plain = Train(Config(Architecture.NGpt, WindowSampling.Shuffled, WindowPacking.Stream), EngineKind.Fast, "plain", Steps);
        Run sampled = Train(Config(Architecture.NGpt, WindowSampling.Random, WindowPacking.Stream), EngineKind.Fast, "sampled", Steps);
        Run packed = Train(Config(Architecture.NGpt, WindowSampling.Shuffled, WindowPacking.Documents), EngineKind.Fast, "packed", Steps);
        Assert.NotEqual(plain.Losses[0], sampled.Losses[0]);
        Assert.NotEqual(plain.Losses[0], packed.Losses[0]);
        // The untrained model is the same in all three; only where documents are kept apart does its loss change.
        Assert.Equal(plain.FirstEvaluation, sampled.FirstEvaluation);
        Assert.NotEqual(plain.FirstEvaluation, packed.FirstEvaluation);
    }

    [Fact]
    public void The_time_that_steps_wait_for_data_is_reported_and_in_the_metrics()
    {
        // Steps that take no time wait for their large batches.
        RunConfig config = Config(Architecture.Gpt, WindowSampling.Random, WindowPacking.Documents, ("batch-size", "2048"));
        RecordingObserver observer = new();
        Directory.CreateDirectory(_folder.File("run"));
        using LanguageModel model = LanguageModel.Create(config.Model);
        ModelInitializer.Initialize(model, config.Training.Seed);
        using InstantEngine engine = new(model, OptimizerSettings.Of(config.Training));
        using (Trainer trainer = new(
            config, _data, new RunFolder(_folder.File("run")), model, engine, new EngineSummary(EngineKind.Plain, Precision.F32, "", ""), null, observer))
        {
            trainer.Run(timeLimit: null, TestContext.Current.CancellationToken);
        }

        JsonNode[] steps = [.. File.ReadLines(_folder.File("run", "metrics.jsonl")).Select(line => JsonNode.Parse(line)!).Where(line => line["loss"] is not null)];
        Assert.Equal(Steps, steps.Length);
        Assert.All(steps, step => Assert.InRange((double)step["data_wait_ms"]!, 0, (double)step["step_ms"]!));
        Assert.Equal(observer.Steps.Select(report => Math.Round(report.DataWaitMilliseconds, 3)), steps.Select(step => (double)step["data_wait_ms"]!));
        Assert.True(steps.Sum(step => (double)step["data_wait_ms"]!) > 0.1 * steps.Sum(step => (double)step["step_ms"]!));
    }

    private static RunConfig Config(Architecture architecture, WindowSampling sampling, WindowPacking packing, params (string Name, string Value)[] variant)
    {
        (string Name, string Value)[] settings =
        [
            .. variant, ("arch", architecture.Name()), ("layers", "2"), ("heads", "3"), ("embedding-width", "18"), ("mlp-width", "23"), ("context-length", "31"),
            ("batch-size", "3"), ("gradient-accumulation", "2"), ("steps", $"{Steps}"), ("eval-interval", "4"), ("eval-batches", "2"),
            ("checkpoint-interval", "100"), ("log-interval", "1"),
        ];
        SettingLayers layers = SettingLayers.Create(settings.DistinctBy(setting => setting.Name));
        return new RunConfig
        {
            Preset = layers.Preset.Name,
            Model = RunConfigResolver.ResolveModel(layers, TokenFolder.Tokenizer.VocabularySize),
            Training = RunConfigResolver.ResolveTraining(layers),
            Data = new DataConfig { Source = "documents", Tokenizer = "characters", Fingerprint = new string('0', 64), Sampling = sampling, Packing = packing },
        };
    }

    // Starts the run, or resumes it where its folder has a checkpoint.
    private Run Train(RunConfig config, EngineKind kind, string name, int stopAfter, int? stopBeforePass = null)
    {
        Directory.CreateDirectory(_folder.File(name));
        RunFolder folder = new(_folder.File(name));
        (CheckpointFolder Folder, TrainerState State)? from = folder.Checkpoints.NewestValid((_, damage) => throw damage);
        using LanguageModel model = LanguageModel.Create(config.Model);
        if (from is ({ } checkpoint, _))
        {
            checkpoint.LoadModel(model);
        }
        else
        {
            ModelInitializer.Initialize(model, config.Training.Seed);
        }

        OptimizerSettings settings = OptimizerSettings.Of(config.Training);
        using ITrainingEngine engine = kind == EngineKind.Fast
            ? FastEngineFactory.Create(model, Precision.F32, new EngineOptions(config.Training.BatchSize, SumsGradients: true, Recomputes: false), settings)
            : new ModuleTrainingEngine(model, settings);
        using CancellationTokenSource stop = new();
        RecordingObserver observer = new()
        {
            AfterStep = report =>
            {
                if (report.Step == stopAfter && stopBeforePass is null)
                {
                    stop.Cancel();
                }
            },
            BeforePass = pass =>
            {
                if (!pass.IsEvaluation && pass.Step == stopAfter && pass.Pass == stopBeforePass)
                {
                    stop.Cancel();
                }
            },
        };
        using Trainer trainer = new(config, _data, folder, model, engine, new EngineSummary(kind, Precision.F32, "", ""), from, observer);
        trainer.Run(timeLimit: null, stopAfter < Steps ? stop.Token : CancellationToken.None);
        (_, TrainerState state) = folder.Checkpoints.NewestValid((_, damage) => throw damage)!.Value;
        return new Run(
            [.. observer.Steps.Select(report => report.Loss)],
            [.. model.parameters().SelectMany(parameter => parameter.data<float>().ToArray())],
            state,
            observer.Evaluations.Select(report => report.Loss).FirstOrDefault());
    }

    /// <summary>An engine that computes nothing.</summary>
    private sealed class InstantEngine(LanguageModel model, OptimizerSettings settings) : ITrainingEngine
    {
        private readonly ModuleTrainingEngine _modules = new(model, settings);

        public string Description => "instant";

        public Precision Precision => Precision.F32;

        public AdamState Optimizer => _modules.Optimizer;

        public IReadOnlyList<StageTime> StageTimes => [];

        public void ClearGradients()
        {
        }

        public double AddGradients(TokenBatch batch, double weight) => 1;

        public double GradientNorm() => 1;

        public string? FirstNonFiniteGradient() => null;

        public void Update(double learningRate, double gradientScale)
        {
        }

        public void Evaluate(TokenBatch batch, Span<float> losses) => losses.Fill(1);

        public double? MaxNormError() => null;

        public void Dispose() => _modules.Dispose();
    }

    private sealed record Run(double[] Losses, float[] Parameters, TrainerState State, double FirstEvaluation);
}
