using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Torch.Checkpoints;

/// <summary>A model loaded from a checkpoint, with its tokenizer.</summary>
public sealed class SavedModel : IDisposable
{
    private SavedModel(CheckpointFolder folder, LanguageModel model, ITokenizer tokenizer) =>
        (Folder, Model, Tokenizer) = (folder, model, tokenizer);

    /// <summary>Its checkpoint.</summary>
    public CheckpointFolder Folder { get; }

    /// <summary>The model.</summary>
    public LanguageModel Model { get; }

    /// <summary>Its tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="path">A run folder or a checkpoint folder.</param>
    /// <param name="device">The device of the model.</param>
    /// <param name="precision">Type of the matrix products.</param>
    /// <returns>The model and its tokenizer; the caller disposes of it.</returns>
    /// <exception cref="NGptException">There is no model, or its files are corrupt.</exception>
    public static SavedModel Open(string path, Device device, Precision precision = Precision.F32)
    {
        CheckpointFolder folder = CheckpointFolder.Find(path);
        (ModelConfig config, ITokenizer tokenizer) = folder.LoadDescription();
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
