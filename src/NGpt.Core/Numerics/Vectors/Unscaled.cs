using System.Runtime.CompilerServices;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>The baseline: no scales.</summary>
internal readonly unsafe struct Unscaled : IScaling
{
    public static bool IsScaled => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Scale<TLanes>(TLanes value, float* scale)
        where TLanes : unmanaged, ILanes<TLanes> => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct<TLanes>(TLanes a, TLanes b, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
    {
    }
}
