using System.Buffers;

namespace NGpt.Core.Tokenizers.BytePair;

/// <summary>A binary heap of places in a text, the lowest rank first and of equal ranks the leftmost place.</summary>
/// <param name="capacity">About how many places it will hold.</param>
internal sealed class MergeHeap(int capacity) : IDisposable
{
    private ulong[] _items = ArrayPool<ulong>.Shared.Rent(Math.Max(16, capacity));
    private int _count;

    /// <summary>Adds a place.</summary>
    /// <param name="rank">The rank of its merge.</param>
    /// <param name="place">The place.</param>
    public void Push(int rank, int place)
    {
        if (_count == _items.Length)
        {
            ulong[] larger = ArrayPool<ulong>.Shared.Rent(_count + (_count / 2));
            _items.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<ulong>.Shared.Return(_items);
            _items = larger;
        }

        ulong item = ((ulong)(uint)rank << 32) | (uint)place;
        int index = _count++;
        for (int parent; index > 0 && _items[parent = (index - 1) / 2] > item; index = parent)
        {
            _items[index] = _items[parent];
        }

        _items[index] = item;
    }

    /// <summary>Takes the first place out.</summary>
    /// <param name="rank">The rank that it was added with.</param>
    /// <param name="place">The place.</param>
    /// <returns>False where the heap is empty.</returns>
    public bool TryPop(out int rank, out int place)
    {
        if (_count == 0)
        {
            rank = place = 0;
            return false;
        }

        ulong first = _items[0];
        ulong last = _items[--_count];
        int index = 0;
        for (int child; (child = (2 * index) + 1) < _count; index = child)
        {
            if (child + 1 < _count && _items[child + 1] < _items[child])
            {
                child++;
            }

            if (_items[child] >= last)
            {
                break;
            }

            _items[index] = _items[child];
        }

        _items[index] = last;
        (rank, place) = ((int)(first >> 32), (int)(uint)first);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<ulong>.Shared.Return(_items);
}
