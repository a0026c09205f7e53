using System.Runtime.CompilerServices;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>How the loops of kernels are compiled.</summary>
internal static class KernelCode
{
    /// <summary>
    /// Fully optimized at once, and never merged into a caller: a method that has taken in several loops exceeds what
    /// the compiler is willing to inline, and then calls a function for every single addition (three times slower).
    /// </summary>
    public const MethodImplOptions Loop = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
}
