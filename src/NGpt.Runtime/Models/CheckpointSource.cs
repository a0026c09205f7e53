using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Files;
using NGpt.Core.Quantization;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Models;

/// <summary>A checkpoint folder, its weights mapped into memory and used in place: float32 as trained here, float16 or bfloat16 as others write them.</summary>
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
    public static CheckpointSource Open(string path, FileLoading loading)
    {
        CheckpointFolder folder = CheckpointFolder.Find(path);
        (ModelConfig config, ITokenizer tokenizer) = folder.LoadDescription();
        SafetensorsFile file = SafetensorsFile.Open(folder.File(CheckpointFolder.ModelFile), loading);
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
        WeightMatrix.Create(TypeOf(_file.Find(spec.Name).Type), spec.Rows, spec.Columns!.Value, _file.Address(spec.Name), owner: null, rowScale: rowScale);

    /// <inheritdoc/>
    public float[] Vector(ParameterSpec spec)
    {
        float[] values = new float[spec.Rows];
        _file.ReadFloats(spec.Name, first: 0, values);
        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static WeightType TypeOf(TensorType type) => type switch
    {
        TensorType.F16 => WeightType.F16,
        TensorType.BF16 => WeightType.BF16,
        _ => WeightType.F32,
    };
}
