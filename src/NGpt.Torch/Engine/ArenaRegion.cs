namespace NGpt.Torch.Engine;

/// <summary>A named piece of the engine's memory: planned first, given an address when the plan is allocated.</summary>
/// <param name="Group">What it is for.</param>
/// <param name="Name">What it holds.</param>
/// <param name="Shape">Its shape, for people.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record ArenaRegion(ArenaGroup Group, string Name, string Shape, long Bytes)
{
    private nint _address;

    /// <summary>First byte, aligned to a cache line.</summary>
    /// <exception cref="InvalidOperationException">The plan is not allocated.</exception>
    public nint Address
    {
        get => _address != 0 ? _address : throw new InvalidOperationException($"{Name} has no memory yet");
        internal set => _address = value;
    }
}
