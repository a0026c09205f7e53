using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Quantization;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Kernels;
using NGpt.Runtime.Quantization;

namespace NGpt.Runtime.Models;

/// <summary>
/// A trained model, ready to run. Immutable and safe to share between threads; every <see cref="InferenceContext"/> made
/// of it has its own memory. The weights are used in place in the content of the file.
/// </summary>
public sealed class RuntimeModel : IDisposable
{
    private readonly Transformer _transformer;

    private RuntimeModel(string path, IWeightSource source, WeightSet weights)
    {
        (Path, Config, Tokenizer, Name) = (path, source.Config, source.Tokenizer, source.Name);
        _transformer = Transformer.Create(weights, source.Config);
        (WeightType, WeightBytes) = (weights.MainType, weights.MatrixBytes);
    }

    /// <summary>The path that was loaded.</summary>
    public string Path { get; }

    /// <summary>The model's shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>Its tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>The type that most values of the matrices are stored in.</summary>
    public WeightType WeightType { get; }

    /// <summary>Bytes of all matrices.</summary>
    public long WeightBytes { get; }

    /// <summary>Bytes of the matrices that a token is multiplied with, and of its row of the token embedding.</summary>
    internal long BytesPerToken => WeightBytes - (Config.HasTiedEmbeddings ? 0 : _transformer.Embedding.ByteLength) + _transformer.Embedding.RowBytes;

    /// <summary>What the file calls the model, or null.</summary>
    public string? Name { get; }

    /// <summary>Loads a model: opens its file and checks every tensor's name, type and shape.</summary>
    /// <param name="path">A run folder (which means its best checkpoint), a checkpoint folder, or a <c>.gguf</c> file.</param>
    /// <param name="loading">How the weights get into memory.</param>
    /// <returns>The model; the caller disposes of it, after its contexts.</returns>
    /// <exception cref="FileFormatException">A file is damaged, does not belong to the others, or holds a model that cannot be run.</exception>
    /// <exception cref="NGptException">There is no model, or a file cannot be read.</exception>
    public static RuntimeModel Load(string path, FileLoading loading = FileLoading.Auto)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Create(path, Open(path, loading));
    }

    /// <summary>Opens the file of a model. Returns the file; the caller disposes of it.</summary>
    internal static IWeightSource Open(string path, FileLoading loading) =>
        path.EndsWith(GgufFileName.Extension, StringComparison.OrdinalIgnoreCase) ? GgufSource.Open(path, loading) : CheckpointSource.Open(path, loading);

    /// <summary>
    /// Builds a model from an open file. <paramref name="source"/>: the file; the model takes it over, also when this fails.
    /// </summary>
    internal static RuntimeModel Create(string path, IWeightSource source)
    {
        WeightSet weights = new(source);
        try
        {
            return new RuntimeModel(path, source, weights);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Allocates memory to run the model with.</summary>
    /// <param name="options">Its size; null for one sequence as long as the model was trained with.</param>
    /// <returns>The context; the caller disposes of it, before the model.</returns>
    /// <exception cref="UsageException">An option is out of range.</exception>
    /// <exception cref="NGptException">There is not enough memory.</exception>
    public InferenceContext CreateContext(ContextOptions? options = null) => CreateContext(options ?? new ContextOptions(), RowKernels.Create);

    /// <summary>Allocates memory to run the model with chosen kernels.</summary>
    internal InferenceContext CreateContext(ContextOptions options, Func<ThreadTeam, RowKernels> kernels) =>
        new(_transformer, Config, options, options.CacheType ?? (WeightType == WeightType.F32 ? CacheType.F32 : CacheType.F16), kernels);

    /// <inheritdoc/>
    public void Dispose() => _transformer.Dispose();
}
