using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Tokenizers;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;

namespace NGpt.Torch.Checkpoints;

/// <summary>Moves parameters and moments between tensors and the files of a <see cref="CheckpointFolder"/>.</summary>
public static class CheckpointTensors
{
    /// <summary>Writes everything; the folder appears whole or not at all.</summary>
    /// <param name="checkpoint">The folder.</param>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">Its moments and step count.</param>
    /// <param name="tokenizer">The tokenizer that goes with it.</param>
    /// <param name="describe">Makes the state from the digests of the other files.</param>
    /// <returns>The state as it was written.</returns>
    /// <exception cref="NGptException">The files cannot be written; nothing is left behind.</exception>
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
            CheckpointFolder aside = new(folder);
            ModelWeights.Save(model, aside.File(CheckpointFolder.ModelFile));
            DurableFile.Write(aside.File(CheckpointFolder.ConfigFile), stream => stream.Write(ModelConfigJson.Serialize(model.Config)));
            TokenizerFile.Save(tokenizer, aside.TokenizerPath);
            SafetensorsWriter.Write(
                aside.File(CheckpointFolder.OptimizerFile),
                [.. optimizer.Moments.Select(moment => ModelWeights.Entry(moment.Name, moment.Value))]);
            state = describe(aside.Digests());
            aside.SaveState(state);
        });
        return state!;
    }

    /// <summary>Reads the parameters into a model.</summary>
    /// <param name="checkpoint">The folder.</param>
    /// <param name="model">A model of the shape that <see cref="CheckpointFolder.LoadConfig"/> gives.</param>
    /// <exception cref="FileFormatException">The file is missing, damaged or belongs to another model.</exception>
    public static void LoadModel(this CheckpointFolder checkpoint, LanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ModelWeights.Load(model, checkpoint.File(CheckpointFolder.ModelFile));
    }

    /// <summary>Reads the moments into the memory of an optimizer, whose step count becomes the state's.</summary>
    /// <param name="checkpoint">The folder.</param>
    /// <param name="optimizer">The memory of a model of the same shape.</param>
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
