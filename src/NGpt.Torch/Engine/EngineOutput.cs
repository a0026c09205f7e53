using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.ScaledCrossEntropy;

namespace NGpt.Torch.Engine;

/// <summary>
/// Output embedding and loss, in chunks of rows: the logits of a chunk are computed, turned into losses and gradients
/// in place and used, before the next chunk takes their memory.
/// </summary>
internal sealed unsafe class EngineOutput<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private readonly EngineParts<TLanes, TElement> _parts;
    private readonly ArenaRegion _logits;
    private readonly ArenaRegion _scratch;
    private Chunk[] _chunks = [];

    /// <summary>Plans the memory.</summary>
    public EngineOutput(EngineParts<TLanes, TElement> parts)
    {
        _parts = parts;
        EngineShape s = parts.Shape;
        Embedding = parts.AddWeight("output embedding", s.V, s.C, isSummed: s.LogitChunks > 1);
        Scale = parts.Model.Scales is { } scales ? parts.AddScale(ParameterCatalog.LogitScale, s.V, scales.Logit) : null;
        _logits = parts.Plan.Add(ArenaGroup.Logits, "logits of a chunk, then their gradient", s.ElementSize, s.LogitRows, s.V);
        _scratch = parts.Plan.Add(ArenaGroup.Logits, "exponentials of a row by thread", s.ElementSize, parts.Threads, s.V);
    }

    /// <summary>E_out [V, C].</summary>
    public PackedWeight Embedding { get; }

    /// <summary>s_z [V]; null for the baseline.</summary>
    public EngineScale? Scale { get; }

    /// <summary>Prepares the products, once the plan has memory.</summary>
    public void PrepareProducts()
    {
        EngineShape s = _parts.Shape;
        _chunks = new Chunk[s.LogitChunks];
        for (int i = 0; i < _chunks.Length; i++)
        {
            int first = i * s.LogitRows;
            int rows = Math.Min(s.LogitRows, s.N - first);
            MatrixView input = Rows(_parts.Inputs[s.L], first, rows);
            MatrixView logits = new(_logits.Address, rows, s.V, s.V);
            _chunks[i] = new Chunk(
                first,
                rows,
                _parts.Context.Products.Prepare(input, Embedding.Weights.Transposed, logits),
                _parts.Context.Products.Prepare(logits, Embedding.Weights, Rows(_parts.Shared.InputGradient, first, rows)),
                _parts.Gradient(Embedding, logits, input));
        }

        MatrixView Rows(ArenaRegion region, int first, int rows) =>
            new(region.Address + (nint)((long)first * s.C * s.ElementSize), rows, s.C, s.C);
    }

    /// <summary>Losses of all tokens; with a weight, also the gradients of E_out, s_z and the last hidden state.</summary>
    public void Run(float weight)
    {
        foreach (Chunk chunk in _chunks)
        {
            _parts.Context.Multiply(Stage.MatrixProducts, chunk.Logits);
            Loss(chunk, weight);
            if (weight != 0)
            {
                chunk.WeightGradient.Compute();
                _parts.Context.Multiply(Stage.MatrixProducts, chunk.InputGradient);
            }
        }
    }

    /// <summary>Computes the scaled logits of one chunk for inspection.</summary>
    /// <param name="index">Number of the chunk.</param>
    /// <param name="target">Receives [rows of the chunk, V].</param>
    public void ReadLogits(int index, Span<float> target)
    {
        Chunk chunk = _chunks[index];
        _parts.Context.Multiply(Stage.MatrixProducts, chunk.Logits);
        TElement* logits = (TElement*)_logits.Address;
        for (int i = 0; i < target.Length; i++)
        {
            float logit = TElement.Value(logits[i]);
            target[i] = Scale is null ? logit : logit * Scale.Effective[i % _parts.Shape.V];
        }
    }

    private void Loss(Chunk chunk, float weight)
    {
        if (Scale is EngineScale scale)
        {
            _parts.Context.Run(Stage.CrossEntropy, Kernel<Scaled>(chunk, weight, scale.Effective, scale.Sums));
        }
        else
        {
            _parts.Context.Run(Stage.CrossEntropy, Kernel<Unscaled>(chunk, weight, null, null));
        }
    }

    private CrossEntropy<TLanes, TElement, TScaling> Kernel<TScaling>(Chunk chunk, float weight, float* scale, float* scaleGradients)
        where TScaling : struct, IScaling => new()
        {
            Logits = (TElement*)_logits.Address,
            Scale = scale,
            Targets = (int*)_parts.Shared.Targets.Address + chunk.First,
            Losses = (float*)_parts.Shared.Losses.Address + chunk.First,
            ScaleGradients = scaleGradients,
            Scratch = (TElement*)_scratch.Address,
            Weight = weight,
            RowCount = chunk.Rows,
            VocabularySize = _parts.Shape.V,
        };

    private sealed record Chunk(
        int First, int Rows, MatrixProduct Logits, MatrixProduct InputGradient, WeightGradient<TLanes, TElement> WeightGradient);
}
