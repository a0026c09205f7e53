using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>The values of a tensor as an array of float64.</summary>
internal static class TensorValues
{
    /// <summary>Copies all values, row by row.</summary>
    /// <param name="tensor">Any shape and floating-point type.</param>
    public static double[] ToArray(Tensor tensor)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor values = tensor.detach().to_type(ScalarType.Float64).cpu().contiguous();
        return MemoryMarshal.Cast<byte, double>(values.bytes).ToArray();
    }
}
