using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace NGpt.Core.Tokenizers.BytePair;

/// <summary>Finds the merge of two neighbours. Immutable once it is filled.</summary>
internal sealed class MergeTable
{
    /// <summary>The answer for two tokens that do not merge; larger than every other.</summary>
    public const ulong None = ulong.MaxValue;

    private readonly Slot[] _slots;
    private readonly int _mask;

    /// <summary>Creates an empty table.</summary>
    public MergeTable(int capacity)
    {
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, capacity) * 2)];
        _slots.AsSpan().Fill(new Slot(None, None));
        _mask = _slots.Length - 1;
    }

    /// <summary>The result's id.</summary>
    public static int ResultOf(ulong merge) => (int)(uint)merge;

    /// <summary>The merge's place in the order of merges.</summary>
    public static int RankOf(ulong merge) => (int)(merge >> 32);

    /// <summary>Adds a merge.</summary>
    public bool TryAdd(BytePairMerge merge, int rank)
    {
        ulong pair = Pair(merge.Left, merge.Right);
        int slot = Find(pair);
        if (_slots[slot].Pair == pair)
        {
            return false;
        }

        _slots[slot] = new Slot(pair, ((ulong)rank << 32) | (uint)merge.Result);
        return true;
    }

    /// <summary>The merge of two neighbours: rank above, id of the result below, so that the smaller one goes first.</summary>
    public ulong this[int left, int right]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _slots[Find(Pair(left, right))].Merge;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(ulong pair)
    {
        int slot = (int)SeededHash.Of(pair) & _mask;
        while (_slots[slot].Pair != pair && _slots[slot].Pair != None)
        {
            slot = (slot + 1) & _mask;
        }

        return slot;
    }

    private static ulong Pair(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private readonly record struct Slot(ulong Pair, ulong Merge);
}

/// <summary>A binary heap of places in a text, the lowest rank first and of equal ranks the leftmost place.</summary>
internal sealed class MergeHeap(int capacity) : IDisposable
{
    private ulong[] _items = ArrayPool<ulong>.Shared.Rent(Math.Max(16, capacity));
    private int _count;

    /// <summary>Adds a place.</summary>
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
