using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>
/// Rotary positions (RoPE): the pair (2i, 2i+1) of a head's vector at position t is turned by the angle t·θ^(−2i/D).
/// A turn keeps lengths, and the product of a turned query and a turned key depends on their distance alone.
/// </summary>
public static class RotaryEmbedding
{
    /// <summary>The turns of consecutive positions as complex numbers of length 1.</summary>
    /// <param name="firstPosition">Position of the first row.</param>
    /// <param name="count">T, number of positions.</param>
    /// <param name="headWidth">D, even.</param>
    /// <param name="theta">Base of the frequencies.</param>
    /// <param name="type">Floating-point type of the model.</param>
    /// <param name="device">Where the table is needed.</param>
    /// <returns>Complex [T, 1, D/2], to be multiplied with [B, T, H, D/2]; the caller disposes of it.</returns>
    public static Tensor Turns(long firstPosition, long count, int headWidth, double theta, ScalarType type, Device device)
    {
        using IDisposable scope = NewDisposeScope();
        // Angles are formed in float64: position times frequency loses digits in float32 at long contexts.
        Tensor pair = arange(0, headWidth, 2, dtype: ScalarType.Float64, device: device);
        Tensor frequency = pow(theta, pair / -headWidth);
        Tensor position = arange(firstPosition, firstPosition + count, dtype: ScalarType.Float64, device: device);
        Tensor angle = outer(position, frequency);
        Tensor cosine = cos(angle).to_type(type);
        Tensor sine = sin(angle).to_type(type);
        return complex(cosine, sine).unsqueeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>Turns every head's vectors by their positions.</summary>
    /// <param name="heads">Queries or keys [B, T, H, D].</param>
    /// <param name="turns">Complex [T, 1, D/2] from <see cref="Turns"/>.</param>
    /// <returns>[B, T, H, D]; the caller disposes of it.</returns>
    public static Tensor Rotate(Tensor heads, Tensor turns)
    {
        ArgumentNullException.ThrowIfNull(heads);
        using IDisposable scope = NewDisposeScope();
        long[] shape = heads.shape;
        Tensor pairs = view_as_complex(heads.reshape(shape[0], shape[1], shape[2], shape[3] / 2, 2));
        return view_as_real(pairs * turns).reshape(shape).MoveToOuterDisposeScope();
    }
}
