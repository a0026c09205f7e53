using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace NGpt.Torch.Engine;

/// <summary>The memory behind a tensor.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Address of the numbers of a float32 tensor on the CPU; valid while the tensor lives.</summary>
    public static float* Address(torch.Tensor tensor)
    {
        if (tensor.dtype != torch.ScalarType.Float32 || tensor.device_type != DeviceType.CPU || !tensor.is_contiguous())
        {
            throw new ArgumentException($"a contiguous float32 tensor on the CPU is needed, not {tensor.dtype} on {tensor.device_type}", nameof(tensor));
        }

        return (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
    }
}
