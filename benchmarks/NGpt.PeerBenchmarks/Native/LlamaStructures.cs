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

/// <summary><c>llama_context_params</c> of llama.cpp 0.5.0: 160 bytes. The fields that are read or set here.</summary>
[StructLayout(LayoutKind.Explicit, Size = 160)]
internal struct LlamaContextParameters
{
    /// <summary>Room for tokens; 512 by default.</summary>
    [FieldOffset(0)]
    public uint ContextLength;

    /// <summary>Most tokens in a call; 2048 by default.</summary>
    [FieldOffset(4)]
    public uint BatchTokens;

    /// <summary>Most tokens that are computed at once; 512 by default.</summary>
    [FieldOffset(8)]
    public uint ComputedTokens;

    /// <summary>Most outputs of a sequence in a call; 1 by default, 0 for as many as there are tokens.</summary>
    [FieldOffset(24)]
    public uint OutputsOfSequence;

    /// <summary>Threads that compute a single token.</summary>
    [FieldOffset(28)]
    public int Threads;

    /// <summary>Threads that compute several tokens.</summary>
    [FieldOffset(32)]
    public int BatchThreads;

    /// <summary>−1 chosen by the library (the default), 0 off, 1 on.</summary>
    [FieldOffset(52)]
    public int FlashAttention;

    /// <summary>Type of the cached keys: 0 float32, 1 float16 (the default).</summary>
    [FieldOffset(104)]
    public int KeyType;

    /// <summary>Type of the cached values: 0 float32, 1 float16 (the default).</summary>
    [FieldOffset(108)]
    public int ValueType;

    /// <summary>1 by default.</summary>
    [FieldOffset(129)]
    public byte OffloadsAttention;

    /// <summary>1 by default: the library takes no times of its own.</summary>
    [FieldOffset(130)]
    public byte NoTimes;
}

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

/// <summary><c>llama_batch</c>: tokens of one call. Null pointers stand for: positions that follow on, sequence 0, an output for the last token.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaBatch
{
    public int Count;
    public int* Tokens;
    public float* Embeddings;
    public int* Positions;
    public int* SequenceCounts;
    public int** Sequences;
    public sbyte* WantsOutput;
}
