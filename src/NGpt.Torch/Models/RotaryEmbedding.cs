using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>
/// Rotary positions (RoPE): the pair (2i, 2i+1) of a head's vector at position t is rotated by the angle t·θ^(−2i/D).
/// A rotation keeps lengths, and the product of a rotated query and a rotated key depends on their distance alone.
/// </summary>
public static class RotaryEmbedding
{
    /// <summary>The rotations of consecutive positions as complex numbers of length 1.</summary>
    /// <param name="firstPosition">Position of the first row.</param>
    /// <param name="count">T, number of positions.</param>
    /// <param name="headWidth">D, even.</param>
    /// <param name="theta">Base of the frequencies.</param>
    /// <param name="type">Floating-point type of the model.</param>
    /// <param name="device">Where the table is needed.</param>
    /// <returns>Complex [T, 1, D/2], to be multiplied with [B, T, H, D/2]; the caller disposes of it.</returns>
    public static Tensor Rotations(long firstPosition, long count, int headWidth, double theta, ScalarType type, Device device)
    {
        int pairs = headWidth / 2;
        double[] cosines = new double[count * pairs];
        double[] sines = new double[count * pairs];
        for (long row = 0; row < count; row++)
        {
            for (int pair = 0; pair < pairs; pair++)
            {
                // In float64: position times frequency loses digits in float32 at long contexts.
                double angle = (firstPosition + row) * Math.Pow(theta, -2.0 * pair / headWidth);
                (sines[(row * pairs) + pair], cosines[(row * pairs) + pair]) = Math.SinCos(angle);
            }
        }

        using IDisposable scope = NewDisposeScope();
        Tensor real = tensor(cosines, [count, 1, pairs]).to(type, device);
        Tensor imaginary = tensor(sines, [count, 1, pairs]).to(type, device);
        return complex(real, imaginary).MoveToOuterDisposeScope();
    }

    /// <summary>Rotates every head's vectors by their positions.</summary>
    /// <param name="heads">Queries or keys [B, T, H, D].</param>
    /// <param name="rotations">Complex [T, 1, D/2] from <see cref="Rotations"/>.</param>
    /// <returns>[B, T, H, D]; the caller disposes of it.</returns>
    public static Tensor Rotate(Tensor heads, Tensor rotations)
    {
        ArgumentNullException.ThrowIfNull(heads);
        using IDisposable scope = NewDisposeScope();
        long[] shape = heads.shape;
        Tensor pairs = view_as_complex(heads.reshape(shape[0], shape[1], shape[2], shape[3] / 2, 2));
        return view_as_real(pairs * rotations).reshape(shape).MoveToOuterDisposeScope();
    }
}
