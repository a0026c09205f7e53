namespace NGpt.Core.Sampling;

/// <summary>Moves the smallest keys to the front without sorting the rest.</summary>
internal static class PartialSort
{
    // Below this size sorting is faster than partitioning.
    private const int Small = 64;

    /// <summary>Makes the first <paramref name="count"/> of distinct keys the smallest ones, in ascending order; the rest is in any order.</summary>
    public static void Ascending(Span<ulong> keys, int count)
    {
        Select(keys, count);
        keys[..count].Sort();
    }

    // Quickselect: partition, and continue in the part that contains the boundary. Every round should about halve it; where
    // it does not (an adversarial order), sorting the rest bounds the time.
    private static void Select(Span<ulong> keys, int count)
    {
        int rounds = 2 * (32 - int.LeadingZeroCount(keys.Length));
        while (count > 0 && count < keys.Length)
        {
            if (keys.Length <= Small || rounds-- == 0)
            {
                keys.Sort();
                return;
            }

            int border = Partition(keys);
            if (count <= border)
            {
                keys = keys[..border];
            }
            else
            {
                keys = keys[border..];
                count -= border;
            }
        }
    }

    // Partitions into two non-empty parts, the first with the smaller keys; returns the length of the first.
    private static int Partition(Span<ulong> keys)
    {
        ulong pivot = Median(keys[0], keys[keys.Length / 2], keys[^1]);
        int low = -1;
        int high = keys.Length;
        while (true)
        {
            do
            {
                low++;
            }
            while (keys[low] < pivot);

            do
            {
                high--;
            }
            while (keys[high] > pivot);

            if (low >= high)
            {
                return low;
            }

            (keys[low], keys[high]) = (keys[high], keys[low]);
        }
    }

    private static ulong Median(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
