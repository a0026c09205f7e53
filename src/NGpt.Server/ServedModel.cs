using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;

namespace NGpt.Server;

/// <summary>A model as a server needs it.</summary>
/// <param name="Id">The name for clients.</param>
/// <param name="Tokenizer">The model's tokenizer.</param>
/// <param name="CreateContext">Creates the inference context; called once. The server disposes of the context.</param>
public sealed record ServedModel(string Id, ITokenizer Tokenizer, Func<ContextOptions, IInferenceContext> CreateContext) : IDisposable
{
    /// <summary>The defaults of OpenAI's API: temperature 1, and everything else off.</summary>
    public static SamplingOptions OpenAIDefaults { get; } = new() { Temperature = 1, TopK = 0, TopP = 1, MinP = 0, RepeatPenalty = 1 };

    /// <summary>The model's configuration, where it is known.</summary>
    public ModelConfig? Config { get; init; }

    /// <summary>Type of the weights, such as <c>Q8_0</c>; null where it is not known.</summary>
    public string? WeightType { get; init; }

    /// <summary>Size of the weights in bytes; null where it is not known.</summary>
    public long? WeightBytes { get; init; }

    /// <summary>Sampling settings where a request does not set them.</summary>
    public SamplingOptions Defaults { get; init; } = OpenAIDefaults;

    /// <summary>Maximum number of tokens where a request does not set it; null for OpenAI's 16, and no limit in chats.</summary>
    public int? DefaultMaxTokens { get; init; }

    /// <summary>Disposed of with the server; null for nothing.</summary>
    public IDisposable? Owner { get; init; }

    /// <summary>Loads a model, with the sampling settings beside it.</summary>
    /// <param name="path">A run folder (which means its best checkpoint), a checkpoint folder, or a <c>.gguf</c> file.</param>
    /// <param name="loading">How the weights get into memory.</param>
    /// <returns>The model; the caller disposes of it, after its contexts.</returns>
    /// <exception cref="NGptException">There is no model, or it is damaged; the message says where.</exception>
    public static ServedModel Load(string path, FileLoading loading = FileLoading.Auto)
    {
        RuntimeModel model = RuntimeModel.Load(path, loading);
        try
        {
            bool isRun = Directory.Exists(path) && !File.Exists(Path.Combine(path, CheckpointFolder.ModelFile));
            (SamplingOptions sampling, int? maxTokens) = GenerationDefaults.Read(isRun ? CheckpointFolder.Find(path).Path : path);
            string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
            return new ServedModel(model.Name ?? (File.Exists(path) ? Path.GetFileNameWithoutExtension(name) : name), model.Tokenizer, model.CreateContext)
            {
                Config = model.Config,
                WeightType = model.WeightType.ToString(),
                WeightBytes = model.WeightBytes,
                Defaults = sampling,
                DefaultMaxTokens = maxTokens,
                Owner = model,
            };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Owner?.Dispose();
}
