namespace NGpt.Core.Sampling;

/// <summary>
/// The tokens that may still be chosen, with their logits. Logit and id share one 64-bit key whose ascending order is
/// descending logit and, for equal logits, ascending id: selecting and sorting compare plain integers.
/// </summary>
internal sealed class CandidateList(int capacity)
{
    // The nucleus is looked for in sorted pieces, the first of this size and each next one four times as long.
    private const int FirstPiece = 256;
    private const int PieceGrowth = 4;

    // Top-k makes a pass of its own over the tokens when it keeps at most one in so many.
    private const int LeastGain = 16;

    private readonly ulong[] _keys = new ulong[capacity];
    private readonly double[] _weights = new double[capacity];
    private int _count;
    private bool _sorted;
    private float _max;

    /// <summary>Starts again with every token.</summary>
    /// <param name="logits">As many as the capacity, all finite.</param>
    public void Fill(ReadOnlySpan<float> logits)
    {
        ulong first = ulong.MaxValue;
        for (int id = 0; id < logits.Length; id++)
        {
            ulong key = Key(logits[id], id);
            _keys[id] = key;
            first = Math.Min(first, key);
        }

        _count = logits.Length;
        _sorted = false;
        _max = Logit(first);
    }

    /// <summary>Keeps the <paramref name="k"/> largest logits; 0 keeps all.</summary>
    public void KeepTopK(int k)
    {
        if (k == 0 || k >= _count)
        {
            return;
        }

        if (k <= _count / LeastGain)
        {
            DropMost(k);
        }

        PartialSort.Ascending(_keys.AsSpan(0, _count), k);
        _count = k;
        _sorted = true;
    }

    // One pass that compares each key with the worst of the k best so far: nearly all fail at once. Those that pass
    // gather at the front (never beyond the key being read) and are sifted whenever there are many.
    private void DropMost(int k)
    {
        int room = Math.Max(FirstPiece, PieceGrowth * k);
        ulong border = ulong.MaxValue;
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            ulong key = _keys[i];
            if (key >= border)
            {
                continue;
            }

            _keys[kept++] = key;
            if (kept == room)
            {
                PartialSort.Ascending(_keys.AsSpan(0, kept), k);
                border = _keys[k - 1];
                kept = k;
            }
        }

        _count = kept;
    }

    /// <summary>Keeps the fewest largest whose probabilities reach <paramref name="p"/>, at least one; 1 keeps all.</summary>
    public void KeepTopP(double p)
    {
        if (p >= 1)
        {
            return;
        }

        double total = 0;
        for (int i = 0; i < _count; i++)
        {
            total += Math.Exp(Logit(_keys[i]) - (double)_max);
        }

        double reached = 0;
        int sorted = _sorted ? _count : 0;
        int piece = FirstPiece;
        for (int i = 0; i < _count; i++)
        {
            if (i == sorted)
            {
                int length = Math.Min(piece, _count - sorted);
                PartialSort.Ascending(_keys.AsSpan(sorted, _count - sorted), length);
                sorted += length;
                piece *= PieceGrowth;
            }

            reached += Math.Exp(Logit(_keys[i]) - (double)_max);
            if (reached >= p * total)
            {
                _count = i + 1;
                break;
            }
        }

        _sorted = true;
    }

    /// <summary>Keeps those at least <paramref name="p"/> times as likely as the likeliest; 0 keeps all.</summary>
    public void KeepMinP(double p)
    {
        if (p <= 0)
        {
            return;
        }

        double smallest = _max + Math.Log(p);
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (Logit(_keys[i]) >= smallest)
            {
                _keys[kept++] = _keys[i];
            }
        }

        _count = kept;
    }

    /// <summary>Draws one of those kept, with the softmax of logit / temperature.</summary>
    /// <param name="temperature">Above 0.</param>
    /// <param name="uniform">A random number from 0 (included) to 1 (excluded).</param>
    /// <returns>The token id.</returns>
    public int Draw(double temperature, double uniform)
    {
        double total = 0;
        for (int i = 0; i < _count; i++)
        {
            _weights[i] = Math.Exp((Logit(_keys[i]) - (double)_max) / temperature);
            total += _weights[i];
        }

        double left = uniform * total;
        int chosen = 0;
        for (int i = 0; i < _count; i++)
        {
            // A weight that vanished cannot be drawn, not even where rounding leaves a little over at the end.
            if (_weights[i] > 0)
            {
                chosen = i;
                left -= _weights[i];
                if (left < 0)
                {
                    break;
                }
            }
        }

        return (int)(uint)_keys[chosen];
    }

    private static ulong Key(float logit, int id)
    {
        // Adding zero makes −0 the equal of 0. The bits of positive floats ascend with them, of negative ones descend.
        uint bits = BitConverter.SingleToUInt32Bits(logit + 0f);
        uint descending = (bits & 0x80000000) != 0 ? bits : ~bits & 0x7FFFFFFF;
        return ((ulong)descending << 32) | (uint)id;
    }

    private static float Logit(ulong key)
    {
        uint descending = (uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle((descending & 0x80000000) != 0 ? descending : ~descending & 0x7FFFFFFF);
    }
}
