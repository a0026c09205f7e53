using System.Runtime.CompilerServices;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>nGPT: every column has its scale.</summary>
internal readonly unsafe struct Scaled : IScaling
{
    public static bool IsScaled => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Scale<TLanes>(TLanes value, float* scale)
        where TLanes : unmanaged, ILanes<TLanes> => value * TLanes.Load(scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct<TLanes>(TLanes a, TLanes b, float* sums)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.Store(TLanes.MultiplyAdd(a, b, TLanes.Load(sums)), sums);
}
