using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>Tensors from token ids, and arrays of float64 from tensors.</summary>
internal static class TensorConversion
{
    /// <summary>All values of a tensor of any shape and floating-point type, row by row.</summary>
    public static double[] ToArray(Tensor tensor)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor values = tensor.detach().to_type(ScalarType.Float64).cpu().contiguous();
        return MemoryMarshal.Cast<byte, double>(values.bytes).ToArray();
    }

    /// <summary>A sequence of token ids as int64 [1, T]; the caller disposes it.</summary>
    public static Tensor FromTokens(ReadOnlySpan<int> tokens, Device device)
    {
        long[] wide = new long[tokens.Length];
        for (int i = 0; i < tokens.Length; i++)
        {
            wide[i] = tokens[i];
        }

        return tensor(wide, [1, wide.Length], device: device);
    }
}
