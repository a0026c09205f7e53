using System.Runtime.InteropServices;

namespace NGpt.PeerBenchmarks.Native;

/// <summary><c>ggml_threadpool_params</c>: 512 bytes of processor mask and then how the threads behave.</summary>
[StructLayout(LayoutKind.Explicit, Size = 528)]
internal struct GgmlThreadPoolParameters
{
    /// <summary>Number of threads.</summary>
    [FieldOffset(512)]
    public int Threads;

    /// <summary>How long idle threads spin, 0 to 100; 50 by default.</summary>
    [FieldOffset(520)]
    public uint Polling;
}
