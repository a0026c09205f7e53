using NGpt.Core.Configuration;
using NGpt.Core.Quantization;

namespace NGpt.Runtime.Quantization;

/// <summary>How each tensor of a model is stored.</summary>
internal sealed class TensorPlan
{
    private readonly WeightType _type;
    private readonly WeightType _tokenEmbedding;
    private readonly WeightType _output;

    /// <summary>Decides.</summary>
    /// <param name="request">What was asked for.</param>
    public TensorPlan(QuantizationRequest request)
    {
        _type = request.Type;
        _tokenEmbedding = request.TokenEmbeddingType ?? DefaultEmbedding(request.Type);
        _output = request.OutputType ?? DefaultEmbedding(request.Type);
    }

    /// <summary>How a tensor was meant to be stored: vectors are a thousandth of a model and stay as they are.</summary>
    /// <param name="parameter">The tensor.</param>
    public WeightType Wanted(ParameterSpec parameter) => parameter.Columns is null ? WeightType.F32
        : parameter.Name == ParameterCatalog.TokenEmbedding ? _tokenEmbedding
        : parameter.Name == ParameterCatalog.OutputEmbedding ? _output
        : _type;

    /// <summary>How a tensor can be stored: a row that is no whole number of blocks is bfloat16.</summary>
    /// <param name="parameter">The tensor.</param>
    public WeightType Of(ParameterSpec parameter)
    {
        WeightType wanted = Wanted(parameter);
        return (parameter.Columns ?? parameter.Rows) % wanted.BlockLength() == 0 ? wanted : WeightType.BF16;
    }

    /// <summary>The type of the embeddings where nothing else was asked for.</summary>
    /// <param name="type">The type of the other matrices.</param>
    private static WeightType DefaultEmbedding(WeightType type) => type is WeightType.Q4_0 or WeightType.NVFP4 ? WeightType.Q8_0 : type;
}
