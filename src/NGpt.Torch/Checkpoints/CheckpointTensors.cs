using System.Runtime.InteropServices;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Tokenizers;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using static TorchSharp.torch;

namespace NGpt.Torch.Checkpoints;

/// <summary>Saves and loads parameters and moments of a <see cref="CheckpointFolder"/>.</summary>
public static class CheckpointTensors
{
    /// <summary>Saves a checkpoint; the folder is written atomically.</summary>
    /// <param name="checkpoint">The folder.</param>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">Its moments and step count.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="describe">Creates the state from the digests of the other files.</param>
    /// <returns>The saved state.</returns>
    /// <exception cref="NGptException">The files cannot be written; partial files are removed.</exception>
    public static TrainerState Save(
        this CheckpointFolder checkpoint,
        LanguageModel model,
        AdamState optimizer,
        ITokenizer tokenizer,
        Func<IReadOnlyDictionary<string, FileDigest>, TrainerState> describe)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(describe);
        TrainerState? state = null;
        DurableFolder.Create(checkpoint.Path, folder =>
        {
            CheckpointFolder temporary = new(folder);
            ModelWeights.Save(model, temporary.File(CheckpointFolder.ModelFile));
            DurableFile.Write(temporary.File(CheckpointFolder.ConfigFile), stream => stream.Write(ModelConfigJson.Serialize(model.Config, beginToken: tokenizer?.EndOfText, endToken: tokenizer?.EndOfText)));
            TokenizerFile.Save(tokenizer, temporary.TokenizerPath);
            SafetensorsWriter.Write(
                temporary.File(CheckpointFolder.OptimizerFile),
                [.. optimizer.Moments.Select(moment => ModelWeights.Entry(moment.Name, moment.Value))]);
            state = describe(temporary.Digests());
            temporary.SaveState(state);
        });
        return state!;
    }

    /// <summary>Loads the parameters into a model.</summary>
    /// <param name="checkpoint">The folder.</param>
    /// <param name="model">A model of the shape that <see cref="CheckpointFolder.LoadConfig"/> gives.</param>
    /// <exception cref="FileFormatException">The file is missing, damaged or belongs to another model.</exception>
    public static void LoadModel(this CheckpointFolder checkpoint, LanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ModelWeights.Load(model, checkpoint.File(CheckpointFolder.ModelFile));
    }

    /// <summary>Loads the moments and the step count of an optimizer.</summary>
    /// <param name="checkpoint">The folder.</param>
    /// <param name="optimizer">The optimizer state of a model of the same shape.</param>
    /// <param name="state">The checkpoint's state.</param>
    /// <exception cref="FileFormatException">The file is missing, damaged or belongs to another model.</exception>
    public static void LoadOptimizer(this CheckpointFolder checkpoint, AdamState optimizer, TrainerState state)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(state);
        using SafetensorsFile file = SafetensorsFile.Open(checkpoint.File(CheckpointFolder.OptimizerFile));
        ModelWeights.CopyInto([.. optimizer.Moments], file);
        optimizer.StepCount = state.Step;
    }
}

/// <summary>Saves and loads named float32 tensors in safetensors files, with every name and shape checked.</summary>
public static class ModelWeights
{
    /// <summary>Writes a model's parameters in the order of <see cref="ParameterCatalog"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">File to write, atomically.</param>
    /// <exception cref="NGptException">The file cannot be written.</exception>
    public static void Save(LanguageModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        Dictionary<string, Tensor> parameters = Parameters(model);
        SafetensorsWriter.Write(
            path,
            [.. ParameterCatalog.Of(model.Config).Select(spec => Entry(spec.Name, parameters[spec.Name]))],
            new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>Reads a model's parameters.</summary>
    /// <param name="model">The model, built from the configuration beside the file.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FileFormatException">The file is damaged or belongs to another model.</exception>
    public static void Load(LanguageModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        Dictionary<string, Tensor> parameters = Parameters(model);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        CopyInto([.. ParameterCatalog.Of(model.Config).Select(spec => (spec.Name, parameters[spec.Name]))], file);
    }

    /// <summary>One tensor as an entry of a safetensors file. Its bytes are read when the file is written.</summary>
    internal static SafetensorsEntry Entry(string name, Tensor value) =>
        new(name, TensorType.F32, value.shape, stream =>
        {
            using IDisposable noGradient = no_grad();
            using IDisposable scope = NewDisposeScope();
            Tensor plain = value.detach().cpu().contiguous().flatten();
            foreach (Tensor piece in plain.split(1 << 24))
            {
                stream.Write(piece.bytes);
            }
        });

    /// <summary>Fills tensors from a file that must hold exactly these names, as float32, float16 or bfloat16 and in these shapes.</summary>
    internal static void CopyInto(IReadOnlyList<(string Name, Tensor Value)> targets, SafetensorsFile file)
    {
        ExpectedTensors.Require(file, [.. targets.Select(target => (target.Name, target.Value.shape))]);
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor value) in targets)
        {
            using IDisposable scope = NewDisposeScope();
            Tensor staging = empty(value.shape, dtype: ScalarType.Float32);
            file.ReadFloats(name, first: 0, MemoryMarshal.Cast<byte, float>(staging.bytes));
            value.copy_(staging);
        }
    }

    private static Dictionary<string, Tensor> Parameters(LanguageModel model) =>
        model.named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter);
}
