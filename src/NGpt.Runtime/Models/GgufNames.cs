using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Core.Files.Gguf;
using NGpt.Core.Quantization;

namespace NGpt.Runtime.Models;

/// <summary>
/// What models are called in GGUF files: the names of tensors and of metadata. nGPT's architecture is <c>ngpt</c>; the baseline is
/// what llama.cpp calls <c>llama</c>, to the last name. Queries and keys need no other order of rows there: its rotation rotates
/// neighbouring pairs, as ours does.
/// </summary>
internal static class GgufNames
{
    /// <summary>Key of the architecture.</summary>
    public const string Architecture = "general.architecture";

    /// <summary>Key of the model's name.</summary>
    public const string Name = "general.name";

    /// <summary>Key of the whole <c>tokenizer.json</c>.</summary>
    public const string Tokenizer = "tokenizer.huggingface.json";

    /// <summary>Key of the whole <c>config.json</c> of the run that trained the model, which says what text was held out.</summary>
    public const string RunConfig = "ngpt.run.config";

    /// <summary>End of the names of tensors that are the scale of an NVFP4 matrix.</summary>
    public const string ScaleEnd = ".scale";

    private const string Weight = ".weight";
    private const string LayerPrefix = "model.layers.";

    private static readonly Dictionary<string, string> WholeNames = new()
    {
        [ParameterCatalog.TokenEmbedding] = "token_embd.weight",
        [ParameterCatalog.OutputEmbedding] = "output.weight",
        [ParameterCatalog.FinalNorm] = "output_norm.weight",
        [ParameterCatalog.LogitScale] = "output_sz",
    };

    private static readonly Dictionary<string, string> LayerNames = new()
    {
        [ParameterCatalog.AttentionNorm] = "attn_norm.weight",
        [ParameterCatalog.Query] = "attn_q.weight",
        [ParameterCatalog.Key] = "attn_k.weight",
        [ParameterCatalog.Value] = "attn_v.weight",
        [ParameterCatalog.AttentionOutput] = "attn_output.weight",
        [ParameterCatalog.QueryKeyScale] = "attn_sqk",
        [ParameterCatalog.AttentionAlpha] = "attn_alpha",
        [ParameterCatalog.MlpNorm] = "ffn_norm.weight",
        [ParameterCatalog.Up] = "ffn_up.weight",
        [ParameterCatalog.Gate] = "ffn_gate.weight",
        [ParameterCatalog.Down] = "ffn_down.weight",
        [ParameterCatalog.UpScale] = "ffn_su",
        [ParameterCatalog.GateScale] = "ffn_sv",
        [ParameterCatalog.MlpAlpha] = "ffn_alpha",
    };

    /// <summary>The architecture's name.</summary>
    public static string OfArchitecture(Architecture architecture) => architecture == Core.Configuration.Architecture.NGpt ? "ngpt" : "llama";

    /// <summary>The name of a tensor.</summary>
    public static string OfTensor(string parameter)
    {
        if (WholeNames.TryGetValue(parameter, out string? whole))
        {
            return whole;
        }

        string[] parts = parameter.StartsWith(LayerPrefix, StringComparison.Ordinal) ? parameter[LayerPrefix.Length..].Split('.', 2) : [];
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int layer) && LayerNames.TryGetValue(parts[1], out string? name)
            ? string.Create(CultureInfo.InvariantCulture, $"blk.{layer}.{name}")
            : throw new ArgumentException($"there is no tensor {parameter}", nameof(parameter));
    }

    /// <summary>The name of the tensor [1] with the scale of an NVFP4 matrix, where llama.cpp looks for it.</summary>
    public static string OfScale(string tensor) => tensor[..^Weight.Length] + ScaleEnd;

    /// <summary>The type of a matrix in the file.</summary>
    public static GgufTensorType OfType(WeightType type) => type switch
    {
        WeightType.F32 => GgufTensorType.F32,
        WeightType.F16 => GgufTensorType.F16,
        WeightType.BF16 => GgufTensorType.BF16,
        WeightType.Q8_0 => GgufTensorType.Q8_0,
        WeightType.Q4_0 => GgufTensorType.Q4_0,
        WeightType.NVFP4 => GgufTensorType.NVFP4,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no such weight type"),
    };

    /// <summary>The type of a matrix that can be run. Returns null for a type that cannot.</summary>
    public static WeightType? ToWeightType(GgufTensorType type) => type switch
    {
        GgufTensorType.F32 => WeightType.F32,
        GgufTensorType.F16 => WeightType.F16,
        GgufTensorType.BF16 => WeightType.BF16,
        GgufTensorType.Q8_0 => WeightType.Q8_0,
        GgufTensorType.Q4_0 => WeightType.Q4_0,
        GgufTensorType.NVFP4 => WeightType.NVFP4,
        _ => null,
    };
}
