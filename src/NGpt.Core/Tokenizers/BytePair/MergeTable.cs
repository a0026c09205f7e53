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
    /// <param name="capacity">The number of merges that will be added.</param>
    public MergeTable(int capacity)
    {
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, capacity) * 2)];
        _slots.AsSpan().Fill(new Slot(None, None));
        _mask = _slots.Length - 1;
    }

    /// <summary>The result's id.</summary>
    /// <param name="merge">A merge that was found.</param>
    public static int ResultOf(ulong merge) => (int)(uint)merge;

    /// <summary>The merge's place in the order of merges.</summary>
    /// <param name="merge">A merge that was found.</param>
    public static int RankOf(ulong merge) => (int)(merge >> 32);

    /// <summary>Adds a merge.</summary>
    /// <param name="merge">The merge.</param>
    /// <param name="rank">Its place in the order of merges.</param>
    /// <returns>False where these two tokens already have one.</returns>
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
    /// <param name="left">The id of the first.</param>
    /// <param name="right">The id of the second.</param>
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
