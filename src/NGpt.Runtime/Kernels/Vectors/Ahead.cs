using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Products.Managed;

namespace NGpt.Runtime.Kernels.Vectors;

/// <summary>
/// Asks for weights before they are needed. Rows that are read side by side are short streams which the processor's own
/// prefetching meets anew again and again; together they are one long stream.
/// </summary>
internal static unsafe class Ahead
{
    /// <summary>Minimum distance in bytes.</summary>
    public const int MinDistance = 4096;

    private const int Line = 64;

    /// <summary>How far ahead: a multiple of the stride, so that the stream stays where rows will be read.</summary>
    public static long Distance(long stride) => (MinDistance + stride - 1) / stride * stride;

    /// <summary>Begins to load some bytes, at most four lines; any address will do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* address, int bytes)
    {
        CacheLine.Prefetch((float*)address);
        if (bytes > Line)
        {
            CacheLine.Prefetch((float*)(address + Line));
        }

        if (bytes > 2 * Line)
        {
            CacheLine.Prefetch((float*)(address + (2 * Line)));
        }

        if (bytes > 3 * Line)
        {
            CacheLine.Prefetch((float*)(address + (3 * Line)));
        }
    }
}
