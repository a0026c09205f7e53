namespace NGpt.Core.Numerics.Vectors;

/// <summary>Whether a kernel applies one of nGPT's learned scales: decided when it is compiled, not in its loop.</summary>
internal unsafe interface IScaling
{
    /// <summary>Whether there is a scale.</summary>
    static abstract bool IsScaled { get; }

    /// <summary>The numbers times their scale.</summary>
    static abstract TLanes Scale<TLanes>(TLanes value, float* scale)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>Adds the products to the sums of the scale's gradient.</summary>
    static abstract void AddProduct<TLanes>(TLanes a, TLanes b, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>;
}
