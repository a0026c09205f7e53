using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Optimization;

/// <summary>Adam's memory for the parameters of one model: what the plain and the fused optimizer share and checkpoints keep.</summary>
public sealed class AdamState : IDisposable
{
    private readonly List<Slot> _slots = [];

    /// <summary>Creates moments of zero.</summary>
    /// <param name="model">The model whose parameters are trained; outlives this.</param>
    public AdamState(LanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Dictionary<string, Parameter> parameters = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach (ParameterSpec spec in ParameterCatalog.Of(model.Config))
        {
            if (!parameters.Remove(spec.Name, out Parameter? parameter))
            {
                throw new ArgumentException($"the model lacks {spec.Name}", nameof(model));
            }

            _slots.Add(new Slot(
                spec,
                parameter,
                zeros_like(parameter).DetachFromDisposeScope(),
                zeros_like(parameter).DetachFromDisposeScope()));
        }

        if (parameters.Count > 0)
        {
            throw new ArgumentException($"no rule for {string.Join(", ", parameters.Keys)}", nameof(model));
        }
    }

    /// <summary>Steps taken so far: Adam's bias correction depends on it.</summary>
    public int StepCount { get; set; }

    /// <summary>First and second moments by name, <c>m.</c> or <c>v.</c> followed by the parameter's name. Owned by this.</summary>
    public IEnumerable<(string Name, Tensor Value)> Moments =>
        _slots.SelectMany(slot => new[] { ($"m.{slot.Spec.Name}", slot.First), ($"v.{slot.Spec.Name}", slot.Second) });

    /// <summary>Every parameter with its moments, in the catalog's order.</summary>
    internal IReadOnlyList<Slot> Slots => _slots;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Slot slot in _slots)
        {
            slot.First.Dispose();
            slot.Second.Dispose();
        }
    }

    /// <summary>One parameter and its moments.</summary>
    internal sealed record Slot(ParameterSpec Spec, Parameter Parameter, Tensor First, Tensor Second);
}
