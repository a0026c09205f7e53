using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>A linear map without bias, y = x Wᵀ, its weight W stored as [out, in].</summary>
public sealed class Projection : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private readonly ModelTypes _types;

    /// <summary>Creates the map with undefined weights; <see cref="ModelInitializer"/> or a checkpoint fills them.</summary>
    /// <param name="inputWidth">Length of the last axis of the input.</param>
    /// <param name="outputWidth">Length of the last axis of the output.</param>
    /// <param name="types">Floating-point types of the weight and of the product.</param>
    /// <param name="device">Where the weight lives; null for the CPU.</param>
    public Projection(int inputWidth, int outputWidth, ModelTypes types, Device? device)
        : base(nameof(Projection))
    {
        ArgumentNullException.ThrowIfNull(types);
        _types = types;
        _weight = new Parameter(empty(outputWidth, inputWidth, dtype: types.Parameters, device: device));
        register_parameter("weight", _weight);
    }

    /// <summary>Where the weight lives.</summary>
    public Device Device => _weight.device;

    /// <summary>Applies the map.</summary>
    /// <param name="input">[…, in].</param>
    /// <returns>[…, out]; the caller disposes of it.</returns>
    public override Tensor forward(Tensor input)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor product = nn.functional.linear(_types.ToProduct(input), _types.ToProduct(_weight));
        return _types.FromProduct(product).MoveToOuterDisposeScope();
    }
}
