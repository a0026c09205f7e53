using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Torch.Checkpoints;

/// <summary>A model read from disk, with its tokenizer.</summary>
public sealed class SavedModel : IDisposable
{
    private SavedModel(CheckpointFolder folder, LanguageModel model, ITokenizer tokenizer) =>
        (Folder, Model, Tokenizer) = (folder, model, tokenizer);

    /// <summary>The checkpoint that was read.</summary>
    public CheckpointFolder Folder { get; }

    /// <summary>The model.</summary>
    public LanguageModel Model { get; }

    /// <summary>Its tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>Finds the checkpoint that a path means.</summary>
    /// <param name="path">A checkpoint folder, or a run folder, which means its best checkpoint, or its newest where none is known to be best.</param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="NGptException">There is none.</exception>
    public static CheckpointFolder Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (File.Exists(Path.Combine(path, CheckpointFolder.ModelFile)))
        {
            return new CheckpointFolder(path);
        }

        if (!Directory.Exists(path))
        {
            throw new NGptException($"{path}: there is no such folder", "give a run folder (runs/…) or a checkpoint folder");
        }

        return new Training.RunFolder(path).Checkpoints.BestOrNewest
            ?? throw new NGptException($"{path}: holds no checkpoint and no {CheckpointFolder.ModelFile}", "give a run folder (runs/…) or a checkpoint folder");
    }

    /// <summary>Reads a model.</summary>
    /// <param name="path">A run folder or a checkpoint folder.</param>
    /// <param name="device">Where to put the model.</param>
    /// <param name="precision">What matrix products are computed in.</param>
    /// <returns>The model and its tokenizer; the caller disposes of it.</returns>
    /// <exception cref="NGptException">There is no model, or its files are damaged.</exception>
    public static SavedModel Open(string path, Device device, Precision precision = Precision.F32)
    {
        CheckpointFolder folder = Find(path);
        if (File.Exists(Path.Combine(folder.Path, CheckpointFolder.StateFile)))
        {
            folder.Verify();
        }

        ModelConfig config = folder.LoadConfig();
        ITokenizer tokenizer = folder.LoadTokenizer();
        if (tokenizer.VocabularySize != config.VocabularySize)
        {
            throw new FileFormatException(
                folder.Path,
                $"the tokenizer has {tokenizer.VocabularySize} tokens and the model {config.VocabularySize}",
                "use the files of one checkpoint together");
        }

        LanguageModel model = LanguageModel.Create(config, ScalarType.Float32, device, precision);
        try
        {
            folder.LoadModel(model);
        }
        catch
        {
            model.Dispose();
            throw;
        }

        return new SavedModel(folder, model, tokenizer);
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
