using System.Buffers;

namespace NGpt.Core.Tokenizers.BytePair;

/// <summary>
/// Merges the tokens of one piece: always the pair of lowest rank, the leftmost of several, until none is left. Short pieces
/// are searched again after each merge; long ones use a heap, so that n tokens take time n·log n. For one thread at a time.
/// </summary>
internal sealed class PieceMerger(MergeTable merges)
{
    private const int MaxShortLength = 64;

    private readonly ulong[] _merges = new ulong[MaxShortLength];

    /// <summary>Merges tokens in place and returns how many are left.</summary>
    public int Merge(Span<int> tokens) => tokens.Length > MaxShortLength ? MergeLong(tokens) : MergeShort(tokens);

    private int MergeShort(Span<int> tokens)
    {
        // The merge of each token with the next one; none for the last.
        Span<ulong> next = _merges;
        int count = tokens.Length;
        for (int i = 0; i + 1 < count; i++)
        {
            next[i] = merges[tokens[i], tokens[i + 1]];
        }

        while (count > 1)
        {
            int best = 0;
            for (int i = 1; i + 1 < count; i++)
            {
                if (next[i] < next[best])
                {
                    best = i;
                }
            }

            if (next[best] == MergeTable.None)
            {
                break;
            }

            tokens[best] = MergeTable.ResultOf(next[best]);
            tokens[(best + 2)..count].CopyTo(tokens[(best + 1)..]);
            next[(best + 1)..(count - 1)].CopyTo(next[best..]);
            count--;
            if (best > 0)
            {
                next[best - 1] = merges[tokens[best - 1], tokens[best]];
            }

            if (best + 1 < count)
            {
                next[best] = merges[tokens[best], tokens[best + 1]];
            }
        }

        return count;
    }

    private int MergeLong(Span<int> tokens)
    {
        const int Gone = -1;
        int length = tokens.Length;
        int[] before = ArrayPool<int>.Shared.Rent(length);
        int[] after = ArrayPool<int>.Shared.Rent(length);
        var heap = new MergeHeap(length);
        try
        {
            for (int i = 0; i < length; i++)
            {
                before[i] = i - 1;
                after[i] = i + 1;
            }

            for (int i = 0; i + 1 < length; i++)
            {
                Push(i, i + 1, tokens);
            }

            while (heap.TryPop(out int rank, out int place))
            {
                // What was pushed may be out of date: then the place is gone, or its pair has another rank.
                int second = tokens[place] == Gone ? length : after[place];
                ulong merge = second < length ? merges[tokens[place], tokens[second]] : MergeTable.None;
                if (merge == MergeTable.None || MergeTable.RankOf(merge) != rank)
                {
                    continue;
                }

                tokens[place] = MergeTable.ResultOf(merge);
                tokens[second] = Gone;
                int third = after[second];
                after[place] = third;
                if (third < length)
                {
                    before[third] = place;
                    Push(place, third, tokens);
                }

                if (before[place] >= 0)
                {
                    Push(before[place], place, tokens);
                }
            }

            int count = 0;
            for (int i = 0; i < length; i++)
            {
                if (tokens[i] != Gone)
                {
                    tokens[count++] = tokens[i];
                }
            }

            return count;
        }
        finally
        {
            heap.Dispose();
            ArrayPool<int>.Shared.Return(before);
            ArrayPool<int>.Shared.Return(after);
        }

        void Push(int left, int right, Span<int> tokens)
        {
            ulong merge = merges[tokens[left], tokens[right]];
            if (merge != MergeTable.None)
            {
                heap.Push(MergeTable.RankOf(merge), left);
            }
        }
    }
}
