using System.Runtime.InteropServices;

namespace NGpt.PeerBenchmarks.Native;

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
