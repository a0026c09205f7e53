using NGpt.Runtime.Kernels;

namespace NGpt.Runtime.Inference;

/// <summary>The tokens of one call as rows: all steps one after the other, whichever sequence they belong to.</summary>
internal sealed unsafe class BatchRows : IDisposable
{
    private readonly NativeBuffer<int> _numbers;
    private readonly NativeBuffer<AttentionBlock> _blocks;

    /// <summary>Allocates the memory.</summary>
    public BatchRows(int maxRows)
    {
        _numbers = new NativeBuffer<int>(4L * maxRows, "rows of a batch");
        _blocks = new NativeBuffer<AttentionBlock>(maxRows, "blocks of attention");
        Slots = _numbers.Start;
        Positions = Slots + maxRows;
        FirstVisible = Positions + maxRows;
        Outputs = FirstVisible + maxRows;
    }

    /// <summary>N.</summary>
    public int Count { get; private set; }

    /// <summary>Slot of every row [N].</summary>
    public int* Slots { get; }

    /// <summary>Position of every row in its sequence [N].</summary>
    public int* Positions { get; }

    /// <summary>The first position that each row sees [N].</summary>
    public int* FirstVisible { get; }

    /// <summary>The rows whose logits are requested [<see cref="OutputCount"/>].</summary>
    public int* Outputs { get; }

    /// <summary>Number of rows whose logits are requested.</summary>
    public int OutputCount { get; private set; }

    /// <summary>Rows of one sequence that attention takes together.</summary>
    public AttentionBlock* Blocks => _blocks.Start;

    /// <summary>Number of blocks.</summary>
    public int BlockCount { get; private set; }

    /// <summary>One more than the highest position of a row.</summary>
    public int PositionsReached { get; private set; }

    /// <summary>About how many pairs of a query and a key there are.</summary>
    public long VisiblePairs { get; private set; }

    /// <summary>Clears all rows.</summary>
    public void Clear() => (Count, OutputCount, BlockCount, PositionsReached, VisiblePairs) = (0, 0, 0, 0, 0);

    /// <summary>
    /// Appends the tokens of one step. <paramref name="firstVisible"/>: the first position that each token sees; empty for 0.
    /// Returns the first of its rows, and the first of its logits.
    /// </summary>
    public (int Row, int Output) Append(int slot, int position, int count, LogitRows logits, ReadOnlySpan<int> firstVisible)
    {
        (int row, int output) = (Count, OutputCount);
        for (int i = 0; i < count; i++)
        {
            Slots[row + i] = slot;
            Positions[row + i] = position + i;
            FirstVisible[row + i] = firstVisible.IsEmpty ? 0 : firstVisible[i];
            if (logits == LogitRows.All || (logits == LogitRows.Last && i == count - 1))
            {
                Outputs[OutputCount++] = row + i;
            }
        }

        for (int i = 0; i < count; i += AttentionBlock.MaxRows)
        {
            int rows = Math.Min(AttentionBlock.MaxRows, count - i);
            Blocks[BlockCount++] = new AttentionBlock(slot, row + i, rows, position + i);
            VisiblePairs += (long)rows * (position + i + rows);
        }

        Count += count;
        PositionsReached = Math.Max(PositionsReached, position + count);
        return (row, output);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _numbers.Dispose();
        _blocks.Dispose();
    }
}
