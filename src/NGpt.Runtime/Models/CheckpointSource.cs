using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Files;
using NGpt.Core.Quantization;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Models;

/// <summary>A checkpoint folder, its weights mapped into memory: float32, used in place.</summary>
internal sealed class CheckpointSource : IWeightSource
{
    private readonly SafetensorsFile _file;

    private CheckpointSource(SafetensorsFile file, ModelConfig config, ITokenizer tokenizer) => (_file, Config, Tokenizer) = (file, config, tokenizer);

    /// <inheritdoc/>
    public ModelConfig Config { get; }

    /// <inheritdoc/>
    public ITokenizer Tokenizer { get; }

    /// <inheritdoc/>
    public string? Name => null;

    /// <summary>Opens and checks a checkpoint. Returns the source; the caller disposes of it.</summary>
    public static CheckpointSource Open(string path)
    {
        CheckpointFolder folder = CheckpointFolder.Find(path);
        (ModelConfig config, ITokenizer tokenizer) = folder.LoadDescription();
        SafetensorsFile file = SafetensorsFile.Open(folder.File(CheckpointFolder.ModelFile));
        try
        {
            ExpectedTensors.Require(file, [.. ParameterCatalog.Of(config).Select(spec => (spec.Name, spec.Shape))]);
            return new CheckpointSource(file, config, tokenizer);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public WeightMatrix Matrix(ParameterSpec spec, float[]? rowScale) =>
        WeightMatrix.Create(WeightType.F32, spec.Rows, spec.Columns!.Value, _file.Address(spec.Name), owner: null, rowScale: rowScale);

    /// <inheritdoc/>
    public float[] Vector(ParameterSpec spec) => _file.ReadArray<float>(spec.Name);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
