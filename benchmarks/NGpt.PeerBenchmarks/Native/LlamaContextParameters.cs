using System.Runtime.InteropServices;

namespace NGpt.PeerBenchmarks.Native;

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
