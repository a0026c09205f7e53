using NGpt.Core.Configuration;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>
/// What both architectures share around their blocks: token embedding, positions, output embedding.
/// Parameter names are those of <see cref="ParameterCatalog"/>, registered explicitly, never taken from field names.
/// </summary>
public abstract class LanguageModel : nn.Module<Tensor, Tensor>
{
    private readonly Embedding _tokenEmbedding;
    private readonly Projection _outputEmbedding;

    private protected LanguageModel(string name, ModelConfig config, ModelTypes types, Device? device)
        : base(name)
    {
        if (config.KeyValueHeadCount is not null || config.HasTiedEmbeddings)
        {
            throw new ArgumentException("models with grouped queries or tied embeddings are run, not trained", nameof(config));
        }

        Config = config;
        Types = types;
        register_module("model", Body);
        Body.register_module("embed_tokens", _tokenEmbedding = nn.Embedding(config.VocabularySize, config.EmbeddingWidth, dtype: types.Parameters, device: device));
        register_module("lm_head", _outputEmbedding = new Projection(config.EmbeddingWidth, config.VocabularySize, types, device));
    }

    /// <summary>The model's shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>Floating-point types of the parameters and of matrix products.</summary>
    public ModelTypes Types { get; }

    /// <summary>Floating-point type of the parameters.</summary>
    public ScalarType Type => Types.Parameters;

    /// <summary>Where the parameters live.</summary>
    public Device Device => _outputEmbedding.Device;

    /// <summary>All parts but the output embedding, which are named <c>model.…</c>.</summary>
    private protected ModuleGroup Body { get; } = new();

    /// <summary>Builds the model of a configuration, its parameters undefined.</summary>
    /// <param name="config">A configuration whose <see cref="ModelConfig.Validate"/> found nothing.</param>
    /// <param name="type">Floating-point type of the parameters.</param>
    /// <param name="device">Where the parameters live; null for the CPU.</param>
    /// <param name="precision">What matrix products are computed in; everything else has the type of the parameters.</param>
    /// <returns>The model; the caller disposes of it.</returns>
    public static LanguageModel Create(
        ModelConfig config, ScalarType type = ScalarType.Float32, Device? device = null, Precision precision = Precision.F32)
    {
        ArgumentNullException.ThrowIfNull(config);
        ModelTypes types = ModelTypes.Of(type, precision);
        return config.Architecture switch
        {
            Architecture.NGpt => new NGptModel(config, types, device),
            Architecture.Gpt => new GptModel(config, types, device),
            _ => throw new ArgumentOutOfRangeException(nameof(config), config.Architecture, "unknown architecture"),
        };
    }

    /// <summary>Logits of the next token at every position.</summary>
    /// <param name="tokens">int64 [B, T], T at most the context length for a model as trained.</param>
    /// <returns>[B, T, V]; the caller disposes of it.</returns>
    public override Tensor forward(Tensor tokens)
    {
        using IDisposable scope = NewDisposeScope();
        return Logits(HiddenStates(tokens, cache: null)).MoveToOuterDisposeScope();
    }

    /// <summary>The residual stream: the token embeddings, then what follows the attention and the MLP step of every block.</summary>
    /// <param name="tokens">int64 [B, T].</param>
    /// <returns>2·L + 1 tensors [B, T, C] in their order, the last of them <see cref="FinalHiddenStates"/>; the caller disposes of them.</returns>
    public IReadOnlyList<Tensor> ResidualStream(Tensor tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using IDisposable scope = NewDisposeScope();
        SequenceContext context = Context(tokens, cache: null, visible: null);
        List<Tensor> states = [_tokenEmbedding.forward(tokens)];
        for (int layer = 0; layer < Config.LayerCount; layer++)
        {
            states.Add(AttentionStep(layer, states[^1], context));
            states.Add(MlpStep(layer, states[^1]));
        }

        return [.. states.Select(state => state.MoveToOuterDisposeScope())];
    }

    /// <summary>Logits of the next token at every position, where a token sees none before its own document.</summary>
    /// <param name="tokens">int64 [B, T], T at most the context length for a model as trained.</param>
    /// <param name="firstVisible">The first position that every token sees, at most its own, int64 [B, T].</param>
    /// <returns>[B, T, V]; the caller disposes of it.</returns>
    public Tensor DocumentLogits(Tensor tokens, Tensor firstVisible)
    {
        using IDisposable scope = NewDisposeScope();
        return Logits(HiddenStates(tokens, cache: null, CausalAttention.VisibleFrom(firstVisible))).MoveToOuterDisposeScope();
    }

    /// <summary>Hidden states after the last block; <see cref="LogitsOf"/> of some of them at a time keeps the logits of a long sequence out of memory.</summary>
    /// <param name="tokens">int64 [B, T], T may exceed the context length that the model was trained with.</param>
    /// <param name="firstVisible">The first position that every token sees, at most its own, int64 [B, T]; null where it sees all before it.</param>
    /// <returns>[B, T, C]; the caller disposes of it.</returns>
    public Tensor FinalHiddenStates(Tensor tokens, Tensor? firstVisible = null)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor? visible = firstVisible is null ? null : CausalAttention.VisibleFrom(firstVisible);
        return HiddenStates(tokens, cache: null, visible).MoveToOuterDisposeScope();
    }

    /// <summary>Logits of the next token at some positions.</summary>
    /// <param name="states">Rows of <see cref="FinalHiddenStates"/>, [N, C] or [B, T, C].</param>
    /// <returns>[N, V] or [B, T, V]; the caller disposes of it.</returns>
    public Tensor LogitsOf(Tensor states)
    {
        using IDisposable scope = NewDisposeScope();
        return Logits(states).MoveToOuterDisposeScope();
    }

    /// <summary>Logits after the last of some new tokens, with keys and values of earlier ones taken from the cache.</summary>
    /// <param name="tokens">The new tokens, int64 [B, T].</param>
    /// <param name="cache">Receives the new tokens; has capacity for T more.</param>
    /// <returns>Logits at the last position [B, 1, V]; the caller disposes of them.</returns>
    public Tensor NextTokenLogits(Tensor tokens, KeyValueCache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(tokens);
        using IDisposable scope = NewDisposeScope();
        Tensor h = HiddenStates(tokens, cache);
        cache.Advance((int)tokens.shape[1]);
        return Logits(h.narrow(1, h.shape[1] - 1, 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Runs the first half of one block.</summary>
    /// <param name="layer">Number of the block, from 0.</param>
    /// <param name="h">[B, T, C].</param>
    /// <param name="context">Positions and cache.</param>
    /// <returns>[B, T, C].</returns>
    private protected abstract Tensor AttentionStep(int layer, Tensor h, SequenceContext context);

    /// <summary>Runs the second half of one block.</summary>
    /// <param name="layer">Number of the block, from 0.</param>
    /// <param name="h">[B, T, C].</param>
    /// <returns>[B, T, C].</returns>
    private protected abstract Tensor MlpStep(int layer, Tensor h);

    /// <summary>Turns the last hidden states into logits.</summary>
    /// <param name="h">[B, T, C].</param>
    /// <returns>[B, T, V].</returns>
    private protected abstract Tensor Logits(Tensor h);

    /// <summary>h E_outᵀ.</summary>
    /// <param name="h">[B, T, C].</param>
    /// <returns>[B, T, V].</returns>
    private protected Tensor OutputProducts(Tensor h) => _outputEmbedding.forward(h);

    private Tensor HiddenStates(Tensor tokens, KeyValueCache? cache, Tensor? visible = null)
    {
        using IDisposable scope = NewDisposeScope();
        SequenceContext context = Context(tokens, cache, visible);
        Tensor h = _tokenEmbedding.forward(tokens);
        for (int layer = 0; layer < Config.LayerCount; layer++)
        {
            using Tensor before = h;
            using Tensor attended = AttentionStep(layer, before, context);
            h = MlpStep(layer, attended);
        }

        return h.MoveToOuterDisposeScope();
    }

    private SequenceContext Context(Tensor tokens, KeyValueCache? cache, Tensor? visible)
    {
        int position = cache?.Count ?? 0;
        Tensor rotations = RotaryEmbedding.Rotations(position, tokens.shape[1], Config.HeadWidth, Config.RopeTheta, Type, Device);
        return new SequenceContext(position, rotations, cache) { Visible = visible };
    }
}

/// <summary>A level of parameter names without behaviour of its own.</summary>
internal sealed class ModuleGroup() : nn.Module(nameof(ModuleGroup));
