using System.Security.Cryptography;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Checkpoints;

/// <summary>
/// One saved state: <c>model.safetensors</c>, <c>config.json</c> and <c>tokenizer.json</c> are all that generation
/// needs; <c>optimizer.safetensors</c> and <c>trainer_state.json</c> are what continuing needs besides.
/// </summary>
public sealed class CheckpointFolder
{
    /// <summary>The parameters.</summary>
    public const string ModelFile = "model.safetensors";

    /// <summary>The model's shape.</summary>
    public const string ConfigFile = "config.json";

    /// <summary>The optimizer's moments.</summary>
    public const string OptimizerFile = "optimizer.safetensors";

    /// <summary>Where the run stands, and the digests of the other files.</summary>
    public const string StateFile = "trainer_state.json";

    private const string NamePrefix = "step-";

    // The moments are twice as long as the parameters: running the model does not load them.
    private static readonly string[] ModelFiles = [ModelFile, ConfigFile, TokenizerFile.FileName];

    // Those whose digests the state has.
    private static readonly string[] DescribedFiles = [.. ModelFiles, OptimizerFile];

    /// <summary>Refers to a folder, which need not exist.</summary>
    /// <param name="path">The folder.</param>
    public CheckpointFolder(string path) => Path = System.IO.Path.TrimEndingDirectorySeparator(path);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The step that the folder's name states, or null when it is not named as a checkpoint of a run.</summary>
    public int? Step => StepOf(System.IO.Path.GetFileName(Path));

    /// <summary>Name of the folder of a step, for example <c>step-00001000</c>.</summary>
    /// <param name="step">Steps taken.</param>
    /// <returns>The name.</returns>
    public static string NameOf(int step) => $"{NamePrefix}{step:D8}";

    /// <summary>The step that a folder's name states.</summary>
    /// <param name="name">Name of a folder.</param>
    /// <returns>The step, or null when the name is not a checkpoint's.</returns>
    public static int? StepOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(NamePrefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(NamePrefix.Length), System.Globalization.NumberStyles.None, null, out int step)
            && NameOf(step) == name
            ? step
            : null;
    }

    /// <summary>Finds the checkpoint that a path means.</summary>
    /// <param name="path">A checkpoint folder, or a run folder, which means its best checkpoint, or its newest where none is known to be best.</param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="NGptException">There is none.</exception>
    public static CheckpointFolder Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (System.IO.File.Exists(System.IO.Path.Combine(path, ModelFile)))
        {
            return new CheckpointFolder(path);
        }

        if (!Directory.Exists(path))
        {
            throw new UsageException(
                System.IO.File.Exists(path) ? $"{path}: is a file, not the folder of a model" : $"{path}: {FileKind.DescribeMissing(path, "folder")}", "give a run folder (runs/…) or a checkpoint folder");
        }

        return new RunFolder(path).Checkpoints.BestOrNewest
            ?? throw new NGptException($"{path}: holds no checkpoint and no {ModelFile}", "give a run folder (runs/…) or a checkpoint folder");
    }

    /// <summary>Replaces the state of a checkpoint whose other files stay as they are.</summary>
    /// <param name="state">The state, with the digests of those files.</param>
    /// <exception cref="NGptException">The file cannot be written; the old one is unchanged.</exception>
    public void SaveState(TrainerState state) =>
        DurableFile.Write(File(StateFile), stream => stream.Write(TrainerStateJson.Serialize(state)));

    /// <summary>Measures every file that the state describes.</summary>
    /// <returns>Their digests by name.</returns>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public IReadOnlyDictionary<string, FileDigest> Digests() =>
        DescribedFiles.ToDictionary(name => name, name => FileDigest.Of(File(name)));

    /// <summary>Reads the state and compares every file with its digest.</summary>
    /// <returns>The state.</returns>
    /// <exception cref="FileFormatException">A file is missing, truncated or changed.</exception>
    public TrainerState Verify() => Verify(DescribedFiles);

    /// <summary>Reads the model's shape.</summary>
    /// <returns>A valid configuration.</returns>
    /// <exception cref="FileFormatException">The file is missing, damaged or foreign.</exception>
    public ModelConfig LoadConfig() => ModelConfigJson.Load(File(ConfigFile));

    /// <summary>Whether its deletion was interrupted: the state is the first file to go.</summary>
    internal bool IsHalfDeleted => !System.IO.File.Exists(File(StateFile));

    /// <summary>The tokenizer's file.</summary>
    public string TokenizerPath => File(TokenizerFile.FileName);

    /// <summary>Reads the tokenizer.</summary>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="FileFormatException">The file is missing, damaged or foreign.</exception>
    public ITokenizer LoadTokenizer() => TokenizerFile.Load(TokenizerPath);

    /// <summary>
    /// Reads what describes the model, for a reader of its weights: its files are compared with their digests first, where
    /// the folder has a state to tell them. The optimizer's is not needed.
    /// </summary>
    /// <returns>The model's shape, and a tokenizer that fits it.</returns>
    /// <exception cref="FileFormatException">A file is missing, damaged or changed, or the two belong to different models.</exception>
    public (ModelConfig Config, ITokenizer Tokenizer) LoadDescription()
    {
        if (System.IO.File.Exists(File(StateFile)))
        {
            Verify(ModelFiles);
        }

        ModelConfig config = LoadConfig();
        ITokenizer tokenizer = LoadTokenizer();
        return tokenizer.VocabularySize == config.VocabularySize
            ? (config, tokenizer)
            : throw new FileFormatException(
                Path,
                $"the tokenizer has {tokenizer.VocabularySize} tokens and the model {config.VocabularySize}",
                "use the files of one checkpoint together");
    }

    /// <summary>Deletes the folder; interrupted half-way, what is left no longer passes for a checkpoint.</summary>
    public void Delete()
    {
        System.IO.File.Delete(File(StateFile));
        Directory.Delete(Path, recursive: true);
    }

    /// <summary>The path of one of the folder's files.</summary>
    /// <param name="name">For example <see cref="ModelFile"/>.</param>
    /// <returns>The path, whether the file is there or not.</returns>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    private TrainerState Verify(string[] names)
    {
        TrainerState state = TrainerStateJson.Load(File(StateFile));
        if (Step is int step && step != state.Step)
        {
            throw new FileFormatException(File(StateFile), $"is of step {state.Step}, in a folder of step {step}", "use another checkpoint of the run");
        }

        foreach (string name in names)
        {
            if (!state.Files.TryGetValue(name, out FileDigest? expected))
            {
                throw new FileFormatException(File(StateFile), $"does not mention {name}", "use another checkpoint of the run");
            }

            FileInfo found = new(File(name));
            if (!found.Exists || found.Length != expected.Bytes)
            {
                throw new FileFormatException(
                    found.FullName,
                    found.Exists ? $"is {found.Length} bytes long, expected {expected.Bytes}: truncated or replaced" : "is missing",
                    "use another checkpoint of the run");
            }

            if (FileDigest.Of(found.FullName) != expected)
            {
                throw new FileFormatException(found.FullName, "has changed since it was written", "use another checkpoint of the run");
            }
        }

        return state;
    }
}

/// <summary>What a file must be for a checkpoint to be whole.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal.</param>
public sealed record FileDigest(long Bytes, string Sha256)
{
    /// <summary>Measures a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its length and hash.</returns>
    public static FileDigest Of(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return new FileDigest(stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}
