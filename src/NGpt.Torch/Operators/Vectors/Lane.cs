using System.Runtime.CompilerServices;

namespace NGpt.Torch.Operators.Vectors;

/// <summary>
/// Loads and stores at the end of a row, where fewer numbers than lanes are left. A loop passes the full count for
/// all but its last turn; the test then disappears from the compiled loop.
/// </summary>
internal static unsafe class Lane
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    private const int MostLanes = 16;

    /// <summary>Loads <paramref name="count"/> numbers; the lanes after them are zero.</summary>
    [MethodImpl(Inline)]
    public static TLanes Load<TLanes, TElement>(TElement* source, int count)
        where TLanes : unmanaged, ILanes<TLanes>
        where TElement : unmanaged, IElement<TElement> =>
        count >= TLanes.Count ? TElement.Load<TLanes>(source) : LoadPart<TLanes, TElement>(source, count);

    /// <summary>Loads <paramref name="count"/> numbers; the lanes after them are zero.</summary>
    [MethodImpl(Inline)]
    public static TLanes Load<TLanes>(float* source, int count)
        where TLanes : unmanaged, ILanes<TLanes> => Load<TLanes, Float32>((Float32*)source, count);

    /// <summary>Stores the first <paramref name="count"/> lanes.</summary>
    [MethodImpl(Inline)]
    public static void Store<TLanes, TElement>(TLanes value, TElement* target, int count)
        where TLanes : unmanaged, ILanes<TLanes>
        where TElement : unmanaged, IElement<TElement>
    {
        if (count >= TLanes.Count)
        {
            TElement.Store(value, target);
        }
        else
        {
            StorePart(value, target, count);
        }
    }

    /// <summary>Stores the first <paramref name="count"/> lanes.</summary>
    [MethodImpl(Inline)]
    public static void Store<TLanes>(TLanes value, float* target, int count)
        where TLanes : unmanaged, ILanes<TLanes> => Store(value, (Float32*)target, count);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TLanes LoadPart<TLanes, TElement>(TElement* source, int count)
        where TLanes : unmanaged, ILanes<TLanes>
        where TElement : unmanaged, IElement<TElement>
    {
        TElement* full = stackalloc TElement[MostLanes];
        new Span<TElement>(full, MostLanes).Clear();
        new ReadOnlySpan<TElement>(source, count).CopyTo(new Span<TElement>(full, MostLanes));
        return TElement.Load<TLanes>(full);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StorePart<TLanes, TElement>(TLanes value, TElement* target, int count)
        where TLanes : unmanaged, ILanes<TLanes>
        where TElement : unmanaged, IElement<TElement>
    {
        TElement* full = stackalloc TElement[MostLanes];
        TElement.Store(value, full);
        new ReadOnlySpan<TElement>(full, count).CopyTo(new Span<TElement>(target, count));
    }
}
