using System.Runtime.InteropServices;
using NGpt.Torch.Native;

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

/// <summary>A named piece of the engine's memory: planned first, given an address when the plan is allocated.</summary>
internal sealed record ArenaRegion(ArenaGroup Group, string Name, string Shape, long Bytes)
{
    private nint _address;

    /// <summary>First byte, aligned to a cache line.</summary>
    public nint Address
    {
        get => _address != 0 ? _address : throw new InvalidOperationException($"{Name} has no memory yet");
        internal set => _address = value;
    }
}

/// <summary>What a piece of the engine's memory is for.</summary>
internal enum ArenaGroup
{
    /// <summary>Copies of the weights in the type of the matrix products.</summary>
    Weights,

    /// <summary>Gradients of the parameters.</summary>
    Gradients,

    /// <summary>What the forward pass leaves for the backward pass.</summary>
    Kept,

    /// <summary>Buffers that every layer uses in turn.</summary>
    Shared,

    /// <summary>Logits of one chunk of rows.</summary>
    Logits,

    /// <summary>Scales, their gradients' sums, tables.</summary>
    Small,
}

/// <summary>One block of native memory that an engine works in. Nothing else is allocated in a step.</summary>
internal sealed unsafe class Arena : IDisposable
{
    private const int LargePage = 2 << 20;

    private void* _memory;

    /// <summary>Allocates the block, filled with zeros.</summary>
    public Arena(long bytes)
    {
        _memory = NativeMemory.AlignedAlloc((nuint)bytes, LargePage);
        // Large pages save most of the address translations of a step; where they cannot be had nothing changes.
        CLibrary.AdviseLargePages(_memory, bytes);
        NativeMemory.Clear(_memory, (nuint)bytes);
    }

    /// <summary>First byte.</summary>
    public nint Address => (nint)_memory;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
