namespace NGpt.Core.Numerics.Vectors;

/// <summary>
/// A type in which activations lie in memory. Kernels compute in float32 and load and store through this interface,
/// so that one text serves float32 and bfloat16.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal unsafe interface IElement<TSelf>
    where TSelf : unmanaged, IElement<TSelf>
{
    /// <summary>The nearest element, ties to even.</summary>
    static abstract TSelf From(float value);

    /// <summary>The element's value.</summary>
    static abstract float Value(TSelf element);

    /// <summary>Loads one vector.</summary>
    static abstract TLanes Load<TLanes>(TSelf* source)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>Stores one vector.</summary>
    static abstract void Store<TLanes>(TLanes value, TSelf* target)
        where TLanes : unmanaged, ILanes<TLanes>;
}
