using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>Token ids as a model reads them.</summary>
internal static class TokenTensor
{
    /// <summary>One sequence.</summary>
    /// <param name="tokens">T token ids.</param>
    /// <param name="device">Where the model is.</param>
    /// <returns>int64 [1, T]; the caller disposes of it.</returns>
    public static Tensor Of(ReadOnlySpan<int> tokens, Device device)
    {
        long[] wide = new long[tokens.Length];
        for (int i = 0; i < tokens.Length; i++)
        {
            wide[i] = tokens[i];
        }

        return tensor(wide, [1, wide.Length], device: device);
    }
}
