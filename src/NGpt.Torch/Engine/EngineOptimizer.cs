using NGpt.Core.Configuration;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.SphereAdam;
using NGpt.Torch.Optimization;

namespace NGpt.Torch.Engine;

/// <summary>The optimizer over the engine's memory: all parameters in one pass. Its plain counterpart is <see cref="Optimization.SphereAdam"/>.</summary>
internal sealed unsafe class EngineOptimizer<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private readonly EngineModel<TLanes, TElement> _model;
    private readonly AdamState _state;
    private readonly OptimizerSettings _settings;
    private readonly ArenaRegion _blocks;
    private readonly ArenaRegion _sums;

    /// <summary>Plans the memory.</summary>
    public EngineOptimizer(EngineModel<TLanes, TElement> model, AdamState state, OptimizerSettings settings)
    {
        (_model, _state, _settings) = (model, state, settings);
        _blocks = model.Parts.Plan.Add(ArenaGroup.Small, "table of the parameters", sizeof(ParameterBlock), state.Slots.Count);
        _sums = model.Parts.Plan.Add(ArenaGroup.Small, "sums by thread", sizeof(double), model.Parts.Threads);
    }

    private EngineContext Context => _model.Parts.Context;

    private ParameterBlock* Blocks => (ParameterBlock*)_blocks.Address;

    private Span<double> Sums => new((double*)_sums.Address, _model.Parts.Threads);

    /// <summary>Fills the table of the parameters, once the plan has memory.</summary>
    public void AttachParameters()
    {
        Dictionary<string, (PackedWeight Weight, int FirstRow)> matrices = _model.Matrices().ToDictionary(entry => entry.Name, entry => (entry.Weight, entry.FirstRow));
        Dictionary<string, EngineScale> scales = _model.Scales.ToDictionary(scale => scale.Name);
        for (int i = 0; i < _state.Slots.Count; i++)
        {
            AdamState.Slot slot = _state.Slots[i];
            ParameterSpec spec = slot.Spec;
            ref ParameterBlock block = ref Blocks[i];
            block = new ParameterBlock
            {
                Weight = TensorMemory.Address(slot.Parameter),
                First = TensorMemory.Address(slot.First),
                Second = TensorMemory.Address(slot.Second),
                Rows = spec.Columns is null ? 1 : spec.Rows,
                Columns = spec.Columns ?? spec.Rows,
                NormalizedAxis = spec.NormalizedAxis ?? -1,
                Decays = spec.Decays && _settings.WeightDecay > 0,
                RateFactor = (float)_settings.Factors.Of(spec),
                GradientIsFloat32 = true,
            };
            if (matrices.TryGetValue(spec.Name, out (PackedWeight Weight, int FirstRow) matrix))
            {
                block.Gradient = (void*)matrix.Weight.GradientAt(matrix.FirstRow);
                block.GradientIsFloat32 = matrix.Weight.IsSummed;
                block.Copy = (void*)matrix.Weight.CopyAt(matrix.FirstRow);
            }
            else if (scales.TryGetValue(spec.Name, out EngineScale? scale))
            {
                block.Gradient = scale.Gradient;
                scale.Attach(block.Weight);
            }
            else if (spec.Name == ParameterCatalog.TokenEmbedding)
            {
                block.Gradient = (void*)_model.Embedding.Gradient.Address;
                _model.Embedding.Attach(block.Weight);
            }
            else
            {
                throw new NotSupportedException($"the engine has no place for {spec.Name}");
            }
        }
    }

    /// <summary>Makes copies and effective scales from the master weights.</summary>
    public void Refresh()
    {
        Context.Run(Stage.Optimizer, new WeightCopy<TLanes, TElement> { Blocks = Blocks, BlockCount = _state.Slots.Count });
        RefreshScales();
    }

    /// <summary>L2 norm over all gradients.</summary>
    public double GradientNorm()
    {
        Sums.Clear();
        Context.Run(Stage.Optimizer, new GradientSquares<TLanes, TElement>
        {
            Blocks = Blocks,
            BlockCount = _state.Slots.Count,
            Sums = (double*)_sums.Address,
        });
        double sum = 0;
        foreach (double part in Sums)
        {
            sum += part;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Name of a parameter whose gradient is not finite, or null.</summary>
    public string? FirstNonFiniteGradient()
    {
        for (int i = 0; i < _state.Slots.Count; i++)
        {
            ref readonly ParameterBlock block = ref Blocks[i];
            for (long at = 0; at < block.Count; at++)
            {
                if (!float.IsFinite(GradientAt(block, at)))
                {
                    return _state.Slots[i].Spec.Name;
                }
            }
        }

        return null;
    }

    /// <summary>Reads one parameter's gradient.</summary>
    public void ReadGradient(string name, Span<float> target)
    {
        int index = 0;
        while (_state.Slots[index].Spec.Name != name)
        {
            index++;
        }

        for (int at = 0; at < target.Length; at++)
        {
            target[at] = GradientAt(Blocks[index], at);
        }
    }

    /// <summary>One step of all parameters.</summary>
    public void Step(double learningRate, double gradientScale)
    {
        _state.StepCount++;
        AdamConstants constants = new(
            (float)_settings.Beta1,
            (float)_settings.Beta2,
            (float)gradientScale,
            (float)(learningRate / (1 - Math.Pow(_settings.Beta1, _state.StepCount))),
            (float)Math.Sqrt(1 - Math.Pow(_settings.Beta2, _state.StepCount)),
            (float)_settings.Epsilon,
            learningRate * _settings.WeightDecay);
        Context.Run(Stage.Optimizer, new SphereAdamStep<TLanes, TElement> { Blocks = Blocks, BlockCount = _state.Slots.Count, Constants = constants });
        RefreshScales();
    }

    /// <summary>Largest distance from 1 of a norm that should be 1.</summary>
    public double MaxNormError()
    {
        Context.Run(Stage.Optimizer, new NormErrors { Blocks = Blocks, BlockCount = _state.Slots.Count, Largest = (double*)_sums.Address });
        double largest = 0;
        foreach (double error in Sums)
        {
            largest = Math.Max(largest, error);
        }

        return largest;
    }

    private static float GradientAt(in ParameterBlock block, long at) =>
        block.GradientIsFloat32 ? ((float*)block.Gradient)[at] : TElement.Value(((TElement*)block.Gradient)[at]);

    private void RefreshScales()
    {
        foreach (EngineScale scale in _model.Scales)
        {
            scale.Refresh();
        }
    }
}
