using System.Runtime.InteropServices;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Torch.Checkpoints;

/// <summary>Copies named float32 tensors between memory and safetensors files, after checking every name and shape.</summary>
public static class ModelWeights
{
    /// <summary>Writes a model's parameters in the order of <see cref="ParameterCatalog"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">File to write; appears whole or not at all.</param>
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
    /// <param name="name">Name in the file.</param>
    /// <param name="value">float32, any device.</param>
    /// <returns>The entry.</returns>
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

    /// <summary>Fills tensors from a file that must hold exactly these names, as float32 and in these shapes.</summary>
    /// <param name="targets">Names and the tensors to fill.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="FileFormatException">A tensor is missing, foreign, or of another type or shape.</exception>
    internal static void CopyInto(IReadOnlyList<(string Name, Tensor Value)> targets, SafetensorsFile file)
    {
        ExpectedTensors.Require(file, [.. targets.Select(target => (target.Name, target.Value.shape))]);
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor value) in targets)
        {
            using IDisposable scope = NewDisposeScope();
            Tensor staging = empty(value.shape, dtype: ScalarType.Float32);
            file.Read(name, MemoryMarshal.Cast<byte, float>(staging.bytes));
            value.copy_(staging);
        }
    }

    private static Dictionary<string, Tensor> Parameters(LanguageModel model) =>
        model.named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter);
}
