using System.Runtime.InteropServices;

namespace NGpt.PeerBenchmarks.Native;

/// <summary><c>llama_model_params</c> of llama.cpp 0.5.0: 80 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 80)]
internal struct LlamaModelParameters
{
    /// <summary>Layers in the memory of a graphics card; −1 by default.</summary>
    [FieldOffset(16)]
    public int GpuLayers;

    /// <summary>How the file is read; −1 (chosen by the library) by default.</summary>
    [FieldOffset(24)]
    public int LoadMode;

    /// <summary>Whether weights may be arranged anew for faster products; 1 by default.</summary>
    [FieldOffset(74)]
    public byte UseExtraBufferTypes;
}
