using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace NGpt.Core.Numerics.Products.Managed;

/// <summary>Asks for memory before it is needed, where .NET has the instruction for it.</summary>
internal static unsafe class CacheLine
{
    /// <summary>Float32 numbers in a line.</summary>
    public const int Length = 16;

    /// <summary>Begins to load the line; any address will do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
