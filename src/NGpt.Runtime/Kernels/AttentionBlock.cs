namespace NGpt.Runtime.Kernels;

/// <summary>Some consecutive tokens of one sequence, whose queries attention takes together.</summary>
/// <param name="Slot">Slot of the sequence in the cache.</param>
/// <param name="Row">Row of the first of them in the call's batch.</param>
/// <param name="Count">How many, at most <see cref="MaxRows"/>.</param>
/// <param name="Position">Position of the first of them in its sequence.</param>
internal readonly record struct AttentionBlock(int Slot, int Row, int Count, int Position)
{
    /// <summary>Enough rows that keys and values are read from the nearest cache most of the time.</summary>
    public const int MaxRows = 32;
}
