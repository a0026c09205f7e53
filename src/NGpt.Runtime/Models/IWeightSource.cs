using NGpt.Core.Configuration;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Models;

/// <summary>An open file with a model: what it is, and its tensors under the names of <see cref="ParameterCatalog"/>, all checked.</summary>
internal interface IWeightSource : IDisposable
{
    /// <summary>The model's shape.</summary>
    ModelConfig Config { get; }

    /// <summary>Its tokenizer.</summary>
    ITokenizer Tokenizer { get; }

    /// <summary>What the file calls the model, or null.</summary>
    string? Name { get; }

    /// <summary>
    /// A matrix in place in the file. <paramref name="rowScale"/>: what products multiply each row's result with, or
    /// null. Returns the matrix; the caller disposes of it, before the source.
    /// </summary>
    WeightMatrix Matrix(ParameterSpec spec, float[]? rowScale);

    /// <summary>A vector's stored values.</summary>
    float[] Vector(ParameterSpec spec);
}
