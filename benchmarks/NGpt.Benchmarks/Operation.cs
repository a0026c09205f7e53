namespace NGpt.Benchmarks;

/// <summary>One thing that is timed.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Bytes">Bytes that one run must read and write; 0 where arithmetic is the limit.</param>
/// <param name="Calculations">Floating-point operations of one run; 0 where memory is the limit.</param>
/// <param name="Run">One run.</param>
internal sealed record Operation(string Name, long Bytes, long Calculations, Action Run)
{
    /// <summary>What limits it: bytes or calculations, the unit of its rate.</summary>
    public bool IsLimitedByMemory => Bytes > 0;
}
