namespace NGpt.Torch.Engine;

/// <summary>All memory of an engine as a list of regions, known before anything is allocated.</summary>
internal sealed class ArenaPlan
{
    // Regions begin at a cache line of their own; two, since processors fetch them in pairs.
    private const int Alignment = 128;

    private readonly List<ArenaRegion> _regions = [];

    /// <summary>The regions in the order of their planning.</summary>
    public IReadOnlyList<ArenaRegion> Regions => _regions;

    /// <summary>Bytes of all regions, with their alignment.</summary>
    public long TotalBytes => _regions.Sum(Room);

    /// <summary>Plans a region.</summary>
    /// <param name="group">What it is for.</param>
    /// <param name="name">What it holds.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="shape">Its shape.</param>
    /// <returns>The region, without an address.</returns>
    public ArenaRegion Add(ArenaGroup group, string name, int elementSize, params ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long length in shape)
        {
            count = checked(count * length);
        }

        ArenaRegion region = new(group, name, $"[{string.Join(", ", shape.ToArray())}]", checked(count * elementSize));
        _regions.Add(region);
        return region;
    }

    /// <summary>Allocates the plan and gives every region its address.</summary>
    /// <returns>The memory; the caller disposes of it.</returns>
    public Arena Allocate()
    {
        Arena arena = new(TotalBytes);
        nint address = arena.Address;
        foreach (ArenaRegion region in _regions)
        {
            region.Address = address;
            address += (nint)Room(region);
        }

        return arena;
    }

    private static long Room(ArenaRegion region) => Math.Max(Alignment, (region.Bytes + Alignment - 1) / Alignment * Alignment);
}
