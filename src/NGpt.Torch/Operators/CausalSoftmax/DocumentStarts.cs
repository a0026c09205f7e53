using System.Runtime.CompilerServices;

namespace NGpt.Torch.Operators.CausalSoftmax;

/// <summary>Where the document of every token of a batch begins, as attention finds it; nothing where documents do not matter.</summary>
internal readonly unsafe struct DocumentStarts
{
    /// <summary>First visible position of every token [B, T], each from 0 to its own; null where the whole past is visible.</summary>
    public required int* Positions { get; init; }

    /// <summary>Heads of a sequence.</summary>
    public required int HeadCount { get; init; }

    /// <summary>The batch's head that the first rows are of.</summary>
    public required int FirstHead { get; init; }

    /// <summary>The first position that a row sees.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FirstVisible(long row, int length, int position) =>
        Positions is null ? 0 : Positions[((FirstHead + (row / length)) / HeadCount * length) + position];
}
