using System.Runtime.CompilerServices;

namespace NGpt.Core.Numerics.Vectors;

/// <summary>Whether a kernel applies one of nGPT's learned scales: decided when it is compiled, not in its loop.</summary>
internal unsafe interface IScaling
{
    /// <summary>Whether there is a scale.</summary>
    static abstract bool IsScaled { get; }

    /// <summary>The values times their scale.</summary>
    static abstract TLanes Scale<TLanes>(TLanes value, float* scale)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>Adds the products to the sums of the scale's gradient.</summary>
    static abstract void AddProduct<TLanes>(TLanes a, TLanes b, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>;
}

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
