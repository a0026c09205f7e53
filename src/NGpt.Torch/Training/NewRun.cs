using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;
using NGpt.Torch.Checkpoints;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>Starts a run: resolves its configuration, initializes the model, creates the folder, trains.</summary>
internal static class NewRun
{
    // From here on, initialization takes seconds to minutes.
    private const long LargeModel = 50_000_000;

    public static TrainingOutcome Run(JobContext job, CancellationToken stop)
    {
        RunConfigResolver.Check(job.Layers);
        Device device = job.PrepareDevice();
        RejectOutputInData(job);
        using Dataset dataset = PrepareData(job, stop);
        RunConfig config = ResolveConfig(job, dataset);
        EngineChoice choice = job.SelectEngine(EngineRequest.Of(job.Options), device);
        config = config with { Precision = choice.Precision, Engine = choice.Kind };
        TrainingPlanner.ThrowIfInfeasible(config.Model, config.Training, config.Data.Packing, config.Data.LossOn, dataset, device, choice, !job.Options.NoMemoryCheck);
        if (config.Model.ParameterCount >= LargeModel)
        {
            job.Observer.OnPreparing($"initializing {config.Model.ParameterCount:N0} parameters");
        }

        using LanguageModel model = LanguageModel.Create(config.Model, ScalarType.Float32, device, choice.Precision);
        config = config with { InitFrom = InitializeModel(model, config, dataset.Tokenizer, job.Options.InitFrom) };
        (RunFolder folder, RunLock taken) = RunFolder.CreateNew(job.Options.Out, RunSearch.NameOf(job.Layers.Preset, job.Layers.Architecture));
        using (taken)
        {
            folder.RemoveLeftovers();
            folder.SaveConfig(config);
            PreparedRun run = new()
            {
                Config = config,
                Dataset = dataset,
                Folder = folder,
                Model = model,
                Engine = choice,
                Checkpoint = null,
            };
            return run.Train(job, stop);
        }
    }

    // The files of the run would be part of its data when it is resumed.
    private static void RejectOutputInData(JobContext job)
    {
        string output = Path.GetFullPath(job.Options.Out ?? RunFolder.DefaultParent);
        foreach (DataSource source in DataSource.ParseAll(Source(job)))
        {
            RejectOutputIn(source.Path, output);
        }
    }

    private static void RejectOutputIn(string data, string output)
    {
        if (data != DataConfig.SdkDocumentation && FileCorpus.IsInside(output, data) && !DatasetFolder.Holds(data))
        {
            throw new UsageException(
                $"the run would be written to {output}, which is inside the folder with the text, {data}", "name another folder with --out, or the text alone with --data");
        }
    }

    public static MemoryExplanation ExplainMemory(JobContext job, CancellationToken stop)
    {
        RunConfigResolver.Check(job.Layers);
        Device device = job.PrepareDevice();
        // The vocabulary size depends on the data.
        using Dataset dataset = PrepareData(job, stop);
        return job.ExplainMemory(ResolveConfig(job, dataset), EngineRequest.Of(job.Options), device);
    }

    /// <summary>
    /// Initializes the parameters from a checkpoint, or randomly from the seed. Returns the full path of the checkpoint
    /// itself, since the "best" of a run may change later, or null.
    /// </summary>
    public static string? InitializeModel(LanguageModel model, RunConfig config, ITokenizer tokenizer, string? initFrom)
    {
        if (initFrom is null)
        {
            ModelInitializer.Initialize(model, config.Training.Seed);
            return null;
        }

        using SavedModel saved = SavedModel.Open(initFrom, CPU);
        Compatibility.RequireSameTokenizer(tokenizer, saved.Tokenizer, initFrom);
        Compatibility.RequireSameModel(model.Config, saved.Model.Config, saved.Folder.Path);
        saved.Folder.LoadModel(model);
        return Path.GetFullPath(saved.Folder.Path);
    }

    /// <summary>The source as the run stores it. Standard input cannot be read again: its prepared tokens become the source.</summary>
    public static string StoredSource(string source, Dataset dataset) => DataSource.Format([.. DataSource.ParseAll(source).Select(part => part with
    {
        Path = part.Path switch
        {
            DataConfig.SdkDocumentation => part.Path,
            "-" => dataset.Folder,
            _ => Path.GetFullPath(part.Path),
        },
    })]);

    private static string Source(JobContext job) => job.GivenData ?? DataConfig.SdkDocumentation;

    private static Dataset PrepareData(JobContext job, CancellationToken stop) =>
        job.Data.Prepare(Source(job), job.Tokenizer, job.ValidationFraction, stop);

    private static RunConfig ResolveConfig(JobContext job, Dataset dataset)
    {
        SettingLayers layers = job.Layers;
        WindowPacking packing = layers.Get(DataConfig.PackingSetting);
        if (packing == WindowPacking.Documents && dataset.Summary is { Train.Documents: <= 1, Validation.Documents: <= 1 })
        {
            layers.HasNoEffect(DataConfig.PackingSetting, "the data are one document");
        }

        return new RunConfig
        {
            Preset = layers.Preset.Name,
            Model = RunConfigResolver.ResolveModel(layers, dataset.Tokenizer.VocabularySize),
            Training = RunConfigResolver.ResolveTraining(layers),
            Data = new DataConfig
            {
                Source = StoredSource(Source(job), dataset),
                Tokenizer = StoredTokenizer(job),
                ValidationFraction = job.ValidationFraction,
                Sampling = layers.Get(DataConfig.SamplingSetting),
                Packing = packing,
                LossOn = layers.Get(DataConfig.LossOnSetting),
                Fingerprint = dataset.Fingerprint,
                SourceFingerprints = dataset.Parts.Count > 1 ? string.Join('\n', dataset.Parts.Select(part => part.Fingerprint)) : null,
            },
        };
    }

    // What the run needs to get the same tokens again; prepared tokens have their tokenizer beside them.
    private static string StoredTokenizer(JobContext job)
    {
        IReadOnlyList<DataSource> sources = DataSource.ParseAll(Source(job));
        return (job.Tokenizer ?? DataPreparation.DefaultTokenizerOf(sources)) is string word
            ? TokenizerChoice.Parse(word).Word
            : DatasetFolder.Holds(sources[0].Path) ? DataConfig.TokenizerOfDataset : DataPreparation.DefaultTokenizer(sources[0].Path).Word;
    }
}
