using System.Runtime.InteropServices;
using System.Text;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Files.Gguf;
using NGpt.Core.Quantization;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Models;

/// <summary>A GGUF file, mapped into memory: matrices are used in place.</summary>
internal sealed class GgufSource : IWeightSource
{
    private const string Remedy = GgufModelConfig.Remedy;
    private const string MatrixTypes = "F32, F16, BF16, Q8_0, Q4_0 or NVFP4";
    private const string VectorTypes = "F32, F16 or BF16";

    private readonly GgufFile _file;

    private GgufSource(GgufFile file)
    {
        _file = file;
        Config = GgufModelConfig.Read(file);
        RequireTensors();
        Tokenizer = ReadTokenizer();
        Name = file.Metadata.TryGetValue(GgufNames.Name, out GgufValue? name) && name.TryText(out string text) ? text : null;
    }

    /// <inheritdoc/>
    public ModelConfig Config { get; }

    /// <inheritdoc/>
    public ITokenizer Tokenizer { get; }

    /// <inheritdoc/>
    public string? Name { get; }

    /// <summary>Opens and checks a file. Returns the source; the caller disposes of it.</summary>
    public static GgufSource Open(string path, FileLoading loading)
    {
        GgufFile file = GgufFile.Open(path, loading);
        try
        {
            return new GgufSource(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public WeightMatrix Matrix(ParameterSpec spec, float[]? rowScale)
    {
        string name = GgufNames.OfTensor(spec.Name);
        GgufTensor tensor = _file.Find(name);
        WeightType type = GgufNames.ToWeightType(tensor.Type)!.Value;
        return WeightMatrix.Create(type, spec.Rows, spec.Columns!.Value, _file.DataPointer(tensor), owner: null, TensorScale(name, type), rowScale);
    }

    /// <inheritdoc/>
    public float[] Vector(ParameterSpec spec) => _file.ReadFloats(GgufNames.OfTensor(spec.Name));

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private float TensorScale(string name, WeightType type)
    {
        if (type != WeightType.NVFP4 || !_file.Tensors.ContainsKey(GgufNames.OfScale(name)))
        {
            return 1;
        }

        float scale = MemoryMarshal.Read<float>(_file.Bytes(GgufNames.OfScale(name)));
        return float.IsFinite(scale) && scale > 0
            ? scale
            : throw new FileFormatException(_file.Path, $"{GgufNames.OfScale(name)} is {scale} instead of a positive number", Remedy);
    }

    private void RequireTensors()
    {
        List<string> problems = [];
        HashSet<string> known = [];
        foreach (ParameterSpec parameter in ParameterCatalog.Of(Config))
        {
            string name = GgufNames.OfTensor(parameter.Name);
            known.Add(name);
            if (!_file.Tensors.TryGetValue(name, out GgufTensor? found))
            {
                problems.Add($"{name} is missing");
            }
            else if (!(parameter.Columns is null ? found.Type.BlockLength() == 1 : GgufNames.ToWeightType(found.Type) is not null)
                || !found.Shape.AsSpan().SequenceEqual(parameter.Shape))
            {
                problems.Add($"{name} is {found.Describe()}, expected {(parameter.Columns is null ? VectorTypes : MatrixTypes)} [{string.Join(", ", parameter.Shape)}]");
            }
            else if (found.Type == GgufTensorType.NVFP4)
            {
                known.Add(GgufNames.OfScale(name));
            }
        }

        foreach (GgufTensor tensor in _file.TensorList)
        {
            if (!known.Contains(tensor.Name))
            {
                problems.Add(Unknown(tensor.Name));
            }
            else if (tensor.Name.EndsWith(GgufNames.ScaleEnd, StringComparison.Ordinal) && !(tensor.Type == GgufTensorType.F32 && tensor.ElementCount == 1))
            {
                problems.Add($"{tensor.Name} is {tensor.Describe()}, expected F32 [1]");
            }
        }

        if (problems.Count > 0)
        {
            throw ExpectedTensors.Failure(_file.Path, problems, "metadata before it", Remedy);
        }
    }

    private static string Unknown(string name) =>
        name.EndsWith(".bias", StringComparison.Ordinal) ? $"{name}: biases are not supported"
        : name.StartsWith("rope_f", StringComparison.Ordinal) ? $"{name}: scaled positions are not supported"
        : name.Contains("_exps", StringComparison.Ordinal) || name.Contains("ffn_gate_inp", StringComparison.Ordinal) ? $"{name}: mixtures of experts are not supported"
        : $"{name} is unknown";

    private ITokenizer ReadTokenizer()
    {
        ITokenizer tokenizer = _file.Metadata.ContainsKey(GgufNames.Tokenizer)
            ? TokenizerFile.Parse(Encoding.UTF8.GetBytes(_file.Text(GgufNames.Tokenizer)), _file.Path)
            : GgufVocabulary.Read(_file);
        return tokenizer.VocabularySize == Config.VocabularySize
            ? tokenizer
            : throw new FileFormatException(_file.Path, $"the tokenizer has {tokenizer.VocabularySize} tokens and the model {Config.VocabularySize}", Remedy);
    }
}

/// <summary>The run that trained the model of a GGUF file, which says what text was held out.</summary>
public static class GgufRun
{
    /// <summary>Reads it from the file's metadata.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The run's configuration; null where the file does not say.</returns>
    /// <exception cref="FileFormatException">The file or what it says is damaged.</exception>
    /// <exception cref="NGptException">The file cannot be read.</exception>
    public static RunConfig? Of(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        return file.Metadata.ContainsKey(GgufNames.RunConfig) ? RunConfigJson.Parse(Encoding.UTF8.GetBytes(file.Text(GgufNames.RunConfig)), path) : null;
    }
}
