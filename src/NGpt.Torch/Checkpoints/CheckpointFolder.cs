using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Tokenizers;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;

namespace NGpt.Torch.Checkpoints;

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

    /// <summary>Writes everything; the folder appears whole or not at all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">Its moments and step count.</param>
    /// <param name="tokenizer">The tokenizer that goes with it.</param>
    /// <param name="describe">Makes the state from the digests of the other files.</param>
    /// <returns>The state as it was written.</returns>
    /// <exception cref="NGptException">The files cannot be written; nothing is left behind.</exception>
    public TrainerState Save(
        LanguageModel model,
        AdamState optimizer,
        ITokenizer tokenizer,
        Func<IReadOnlyDictionary<string, FileDigest>, TrainerState> describe)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(describe);
        TrainerState? state = null;
        DurableFolder.Create(Path, folder =>
        {
            CheckpointFolder aside = new(folder);
            ModelWeights.Save(model, aside.File(ModelFile));
            DurableFile.Write(aside.File(ConfigFile), stream => stream.Write(ModelConfigJson.Serialize(model.Config)));
            TokenizerFile.Save(tokenizer, aside.File(TokenizerFile.FileName));
            SafetensorsWriter.Write(
                aside.File(OptimizerFile),
                [.. optimizer.Moments.Select(moment => ModelWeights.Entry(moment.Name, moment.Value))]);
            string[] names = [ModelFile, ConfigFile, TokenizerFile.FileName, OptimizerFile];
            state = describe(names.ToDictionary(name => name, name => FileDigest.Of(aside.File(name))));
            aside.SaveState(state);
        });
        return state!;
    }

    /// <summary>Replaces the state of a checkpoint whose other files stay as they are.</summary>
    /// <param name="state">The state, with the digests of those files.</param>
    /// <exception cref="NGptException">The file cannot be written; the old one is unchanged.</exception>
    public void SaveState(TrainerState state) =>
        DurableFile.Write(File(StateFile), stream => stream.Write(TrainerStateJson.Serialize(state)));

    /// <summary>Reads the state and compares every file with its digest.</summary>
    /// <returns>The state.</returns>
    /// <exception cref="FileFormatException">A file is missing, truncated or changed.</exception>
    public TrainerState Verify()
    {
        TrainerState state = TrainerStateJson.Load(File(StateFile));
        if (Step is int step && step != state.Step)
        {
            throw new FileFormatException(File(StateFile), $"is of step {state.Step}, in a folder of step {step}", "use another checkpoint of the run");
        }

        foreach (string name in new[] { ModelFile, ConfigFile, TokenizerFile.FileName, OptimizerFile })
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

    /// <summary>Reads the model's shape.</summary>
    /// <returns>A valid configuration.</returns>
    /// <exception cref="FileFormatException">The file is missing, damaged or foreign.</exception>
    public ModelConfig LoadConfig() => ModelConfigJson.Load(File(ConfigFile));

    /// <summary>The tokenizer's file.</summary>
    public string TokenizerPath => File(TokenizerFile.FileName);

    /// <summary>Reads the tokenizer.</summary>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="FileFormatException">The file is missing, damaged or foreign.</exception>
    public ITokenizer LoadTokenizer() => TokenizerFile.Load(TokenizerPath);

    /// <summary>Reads the parameters into a model.</summary>
    /// <param name="model">A model of the shape that <see cref="LoadConfig"/> gives.</param>
    /// <exception cref="FileFormatException">The file is missing, damaged or belongs to another model.</exception>
    public void LoadModel(LanguageModel model) => ModelWeights.Load(model, File(ModelFile));

    /// <summary>Reads the moments into the memory of an optimizer, whose step count becomes the state's.</summary>
    /// <param name="optimizer">The memory of a model of the same shape.</param>
    /// <param name="state">The checkpoint's state.</param>
    /// <exception cref="FileFormatException">The file is missing, damaged or belongs to another model.</exception>
    public void LoadOptimizer(AdamState optimizer, TrainerState state)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(state);
        using SafetensorsFile file = SafetensorsFile.Open(File(OptimizerFile));
        ModelWeights.CopyInto([.. optimizer.Moments], file);
        optimizer.StepCount = state.Step;
    }

    /// <summary>Deletes the folder; interrupted half-way, what is left no longer passes for a checkpoint.</summary>
    public void Delete()
    {
        System.IO.File.Delete(File(StateFile));
        Directory.Delete(Path, recursive: true);
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
