using System.Diagnostics.CodeAnalysis;
using System.Text;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Files;
using NGpt.Data.Preparation;

namespace NGpt.Fuzz.Targets;

/// <summary>The readers of the small files that a run or a preparation resumes from, by their names.</summary>
internal sealed class CheckpointTarget : FuzzTarget
{
    private const string ModelFile = "model-config.json";
    private const string RunFile = "run-config.json";
    private const string PointerName = "latest";

    [SetsRequiredMembers]
    public CheckpointTarget()
    {
        ModelConfig model = RunConfigResolver.ResolveModel(SettingLayers.Create([("preset", "nano")]), 97);
        Seeds =
        [
            [new FuzzFile(ModelFile, ModelConfigJson.Serialize(model))],
            [new FuzzFile(ModelFile, ModelConfigJson.Serialize(RunConfigResolver.ResolveModel(SettingLayers.Create([("preset", "nano"), ("arch", "gpt")]), 300), beginToken: 1, endToken: 2))],
            [new FuzzFile(RunFile, RunConfigJson.Serialize(Run(model)))],
            [new FuzzFile(CheckpointFolder.StateFile, TrainerStateJson.Serialize(State()))],
            [SeedFiles.Written(DatasetManifest.FileName, path => Manifest().Write(path))],
            [SeedFiles.Written(PreparationState.FileName, path => Preparation().Write(Path.GetDirectoryName(path)!))],
            [new FuzzFile(PointerName, "step-00001000\n"u8.ToArray())],
        ];
        Words = [.. Texts.Select(Encoding.UTF8.GetBytes), [0xFF], [0xED, 0xA0, 0x80], [0]];
        FixedBytes = 2_000_000;
        BytesPerByte = 2_000;
    }

    private static IReadOnlyList<string> Texts =>
    [
        "{", "}", "[", "]", "\"", ":", ",", "null", "true", "false", "{}", "[]", "\\ud800", "\\u0000", "\uFEFF", "../", "/", "1e999", "-1", "\"version\": 2", "\"step\":", "\"files\":null",
        "\"sha256\":\"\"", "\"train_000000.bin\"", "step-", ".", "..",
    ];

    /// <inheritdoc/>
    public override void Read(string path)
    {
        switch (Path.GetFileName(path))
        {
            case ModelFile:
                ModelConfig model = ModelConfigJson.Load(path);
                RequireSame(model, ModelConfigJson.Parse(ModelConfigJson.Serialize(model), path));
                break;
            case RunFile:
                RunConfig run = RunConfigJson.Load(path);
                RequireSame(run, RunConfigJson.Parse(RunConfigJson.Serialize(run), path));
                break;
            case CheckpointFolder.StateFile:
                TrainerState state = TrainerStateJson.Load(path);
                foreach ((string name, FileDigest digest) in state.Files)
                {
                    _ = (name.Length, digest.Bytes, digest.Sha256.Length);
                }

                _ = (state.Device.Length, state.Engine.Length, state.Precision.Length, TrainerStateJson.Serialize(state));
                break;
            case DatasetManifest.FileName:
                DatasetManifest manifest = DatasetManifest.Read(path);
                RequireNames([.. manifest.Summary.Train.Shards, .. manifest.Summary.Validation.Shards]);
                _ = (manifest.Request.Length, manifest.Tokenizer.Length, manifest.Fingerprint.Length, manifest.Summary.Source.Length);
                break;
            case PreparationState.FileName:
                PreparationState preparation = PreparationState.Read(Path.GetDirectoryName(path)!)!;
                RequireNames([.. preparation.Train.Shards, .. preparation.Validation.Shards]);
                _ = (preparation.Request.Length, preparation.Rejected.Sum(rejected => rejected.Name.Length + rejected.Reason.Length));
                break;
            default:
                string pointed = PointerFile.Read(path)!;
                if (pointed != Path.GetFileName(pointed) || pointed.Length == 0)
                {
                    throw new InvalidOperationException($"{pointed} leads elsewhere");
                }

                break;
        }
    }

    private static void RequireSame<T>(T first, T second)
    {
        if (!Equals(first, second))
        {
            throw new InvalidOperationException($"written and read again, {first} is {second}");
        }
    }

    // The names become paths.
    private static void RequireNames(IEnumerable<ShardFile> shards)
    {
        foreach (ShardFile shard in shards)
        {
            if (shard.Name != Path.GetFileName(shard.Name))
            {
                throw new InvalidOperationException($"{shard.Name} leads elsewhere");
            }
        }
    }

    private static RunConfig Run(ModelConfig model) => new()
    {
        Preset = "nano",
        Model = model,
        Training = RunConfigResolver.ResolveTraining(SettingLayers.Create([("preset", "nano")])),
        Data = new DataConfig { Source = "dotnet-docs", Tokenizer = "bytes", Fingerprint = new string('a', 64) },
    };

    private static TrainerState State() => new()
    {
        Step = 1000,
        DataPosition = 16_000,
        ElapsedSeconds = 12.5,
        Threads = 2,
        Device = "cpu",
        LastEvaluation = new EvaluationState(1000, 3.25, 1.5, 1024),
        BestEvaluation = new EvaluationState(900, 3.125, 1.25, 1024),
        Files = new Dictionary<string, FileDigest> { ["model.safetensors"] = new(1234, new string('0', 64)) },
    };

    private static DatasetManifest Manifest() => new(
        new string('b', 64),
        "bytes",
        256,
        new string('c', 64),
        new DatasetSummary("file a.txt", Split("train_000000.bin"), Split("val_000000.bin"), [new Data.Corpora.RejectedDocument("b.txt", "the file is empty")]));

    private static SplitSummary Split(string name) => new(3, 1000, 1003) { Shards = [new ShardFile(name, 1003)] };

    private static PreparationState Preparation() => new()
    {
        Request = new string('d', 64),
        HoldOut = new HoldOut { Fraction = 0.05 },
        Position = new Data.Corpora.CorpusPosition(1, 2),
        TextPosition = 1000,
        Train = new SplitState(3, 900, 1, [new ShardFile("train_000000.bin", 903)]),
        Validation = new SplitState(1, 100, 1, [new ShardFile("val_000000.bin", 101)]),
        Hashes = 4,
    };
}
