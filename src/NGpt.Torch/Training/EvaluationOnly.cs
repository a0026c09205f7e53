using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Data.Preparation;
using NGpt.Torch.Checkpoints;
using NGpt.Torch.Optimization;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary><c>--eval-only</c>: measures the held-out loss of a run or a checkpoint.</summary>
internal static class EvaluationOnly
{
    // Never used: an evaluation does not update.
    private static readonly OptimizerSettings NoOptimizer = new(0, 0, 0, 0);

    public static TrainingOutcome Run(JobContext job, CancellationToken stop)
    {
        (SettingLayers layers, RunOptions options) = (job.Layers, job.Options);
        string source = options.InitFrom ?? options.Resume
            ?? throw new UsageException("--eval-only needs a model", "give --resume RUN or --init-from PATH");
        Device device = job.PrepareDevice();
        (RunFolder Folder, CheckpointFolder? Chosen)? run = options.Resume is null ? null : RunSearch.Find(layers, options, source);
        RunConfig? stored = run?.Folder.LoadConfig();
        string path = CheckpointFolder.Find(run?.Chosen?.Path ?? run?.Folder.Path ?? source).Path;
        EngineChoice choice = job.SelectEngine(stored is null ? EngineRequest.Of(options) : EngineRequest.Of(options, stored), device);
        using SavedModel saved = SavedModel.Open(path, device, choice.Precision);
        string data = job.GivenData ?? stored?.Data.Source ?? DataConfig.SdkDocumentation;
        // Other text than the run's is tokenized with the model's own tokenizer.
        using Dataset dataset = stored is not null && data == stored.Data.Source
            ? job.Data.PrepareAgain(stored, job.GivenData, saved.Folder.TokenizerPath, stop)
            : job.Data.Prepare(
                data,
                job.Tokenizer ?? (DatasetFolder.Holds(data) ? null : saved.Folder.TokenizerPath),
                stored?.Data.ValidationFraction ?? job.ValidationFraction,
                stop);
        Compatibility.RequireSameTokenizer(dataset.Tokenizer, saved.Tokenizer, source);
        int batchSize = stored?.Training.BatchSize ?? layers.Get(TrainingConfig.BatchSizeSetting);
        int batches = layers.GetGiven(TrainingConfig.EvalBatchesSetting) as int? ?? stored?.Training.EvalBatches ?? layers.Get(TrainingConfig.EvalBatchesSetting);
        WindowPacking packing = layers.GetGiven(DataConfig.PackingSetting) as WindowPacking? ?? stored?.Data.Packing ?? WindowPacking.Stream;
        LossTokens lossOn = layers.GetGiven(DataConfig.LossOnSetting) as LossTokens? ?? stored?.Data.LossOn ?? LossTokens.All;
        TokenBatchReader.ThrowIfUnsupported(dataset, lossOn);
        Evaluator evaluator = new(dataset.Validation, dataset.Parts, dataset.Tokenizer, saved.Model.Config.ContextLength, batchSize, batches, packing, lossOn == LossTokens.Assistant ? dataset.ValidationAnswers : null);
        using ITrainingEngine engine = choice.Create(saved.Model, batchSize, gradientAccumulation: 1, NoOptimizer);
        job.ReportWarnings();
        int step = CheckpointFolder.StepOf(Path.GetFileName(saved.Folder.Path)) ?? 0;
        EvaluationResult result = evaluator.Evaluate(
            engine, (pass, count) => job.Observer.OnPass(new PassProgress(step, IsEvaluation: true, pass, count)), stop);
        EvaluationReport report = new(step, result.Loss, result.BitsPerByte, result.Tokens, IsBest: false) { Sources = result.Sources };
        job.Observer.OnEvaluation(report);
        return job.Finish(TrainingEnd.Evaluated, step, saved.Folder.Path, report, report, sample: null, choice.Describe(engine));
    }
}
