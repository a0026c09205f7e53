using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;

namespace NGpt.Server;

/// <summary>What a server needs of a model.</summary>
/// <param name="Id">The name that clients see.</param>
/// <param name="Tokenizer">The model's tokenizer.</param>
/// <param name="CreateContext">Puts the model to work; called once. The server disposes of the context.</param>
public sealed record ServedModel(string Id, ITokenizer Tokenizer, Func<ContextOptions, IInferenceContext> CreateContext) : IDisposable
{
    /// <summary>The values of OpenAI's interface: temperature 1, and everything else off.</summary>
    public static SamplingOptions OpenAIDefaults { get; } = new() { Temperature = 1, TopK = 0, TopP = 1, MinP = 0, RepeatPenalty = 1 };

    /// <summary>The model's shape, where it is known.</summary>
    public ModelConfig? Config { get; init; }

    /// <summary>How the weights are stored, such as <c>Q8_0</c>; null where that is not known.</summary>
    public string? WeightType { get; init; }

    /// <summary>Bytes of the weights; null where that is not known.</summary>
    public long? WeightBytes { get; init; }

    /// <summary>What sampling settings are where a request does not say.</summary>
    public SamplingOptions Defaults { get; init; } = OpenAIDefaults;

    /// <summary>The most tokens of a completion where a request does not say; null for OpenAI's 16, and no limit in conversations.</summary>
    public int? DefaultMaxTokens { get; init; }

    /// <summary>Disposed of with the server; null where nothing has to be.</summary>
    public IDisposable? Owner { get; init; }

    /// <summary>Loads a model, with the sampling settings that lie beside it.</summary>
    /// <param name="path">A run folder (which means its best checkpoint), a checkpoint folder, or a <c>.gguf</c> file.</param>
    /// <returns>The model; whoever has it disposes of it, after its contexts.</returns>
    /// <exception cref="NGptException">There is no model, or it is damaged; the message says where.</exception>
    public static ServedModel Load(string path)
    {
        RuntimeModel model = RuntimeModel.Load(path);
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
