using NGpt.Core.Numerics;

namespace NGpt.Core.Sampling;

/// <summary>
/// The tokens that may still be chosen. As long as that is all of them they stand in the order of their ids; what limits
/// them gives each that is left a 64-bit key of logit and id, whose ascending order is descending logit and, for equal
/// logits, ascending id: selecting and sorting compare plain integers. The limits are called in the order that they stand in.
/// </summary>
/// <param name="logits">The logits [V]; <see cref="Fill"/> is called whenever they have changed.</param>
internal sealed class CandidateList(float[] logits)
{
    // The nucleus is looked for in sorted pieces, the first of this size and each next one four times as long.
    private const int FirstPiece = 256;
    private const int PieceGrowth = 4;

    // Top-k makes a pass of its own over the tokens when it keeps at most one in so many.
    private const int MinGain = 16;

    private readonly ulong[] _keys = new ulong[logits.Length];
    private readonly SoftmaxDraw _softmax = new(logits.Length);
    private int _count;
    private bool _hasKeys;
    private float _max;

    /// <summary>Starts again with every token; the logits are finite.</summary>
    public void Fill()
    {
        _count = logits.Length;
        _hasKeys = false;
        _max = FloatScan.Max(logits);
    }

    /// <summary>Keeps the <paramref name="k"/> largest logits; 0 keeps all.</summary>
    public void KeepTopK(int k)
    {
        if (k == 0 || k >= _count)
        {
            return;
        }

        int gathered = k <= _count / MinGain ? GatherLargest(k) : GatherAll();
        PartialSort.Ascending(_keys.AsSpan(0, gathered), k);
        (_count, _hasKeys) = (k, true);
    }

    /// <summary>Keeps the fewest largest whose probabilities reach <paramref name="p"/>, at least one; 1 keeps all.</summary>
    public void KeepTopP(double p)
    {
        if (p >= 1)
        {
            return;
        }

        Weigh(temperature: 1);
        double enough = p * _softmax.Total;

        // Top-k leaves its tokens sorted, and their weights in the same order.
        bool isSorted = _hasKeys;
        if (!isSorted)
        {
            // All together, those below this weight are less than what the nucleus leaves out: they are in no case in it.
            _count = GatherHeavy((1 - p) * _softmax.Total / _count);
            _hasKeys = true;
        }

        ReadOnlySpan<float> weights = _softmax.Weights;
        double reached = 0;
        int sorted = isSorted ? _count : 0;
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

            reached += weights[isSorted ? i : Id(_keys[i])];
            if (reached >= enough)
            {
                _count = i + 1;
                break;
            }
        }
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
            float logit = _hasKeys ? Logit(_keys[i]) : logits[i];
            if (logit >= smallest)
            {
                _keys[kept++] = _hasKeys ? _keys[i] : Key(logit, i);
            }
        }

        (_count, _hasKeys) = (kept, true);
    }

    /// <summary>Draws one of those kept, with the softmax of logit / temperature.</summary>
    /// <param name="temperature">Above 0.</param>
    /// <param name="uniform">A random number from 0 (included) to 1 (excluded).</param>
    /// <returns>The token id.</returns>
    public int Draw(double temperature, double uniform)
    {
        Weigh(temperature);
        int chosen = _softmax.Draw(uniform);
        return _hasKeys ? Id(_keys[chosen]) : chosen;
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

    private static int Id(ulong key) => (int)(uint)key;

    // The weights of those kept, in their order.
    private void Weigh(double temperature)
    {
        if (!_hasKeys)
        {
            _softmax.Fill(logits, _max, temperature);
            return;
        }

        Span<float> kept = _softmax.Room(_count);
        for (int i = 0; i < kept.Length; i++)
        {
            kept[i] = Logit(_keys[i]);
        }

        _softmax.Fill(kept, _max, temperature);
    }

    private int GatherAll()
    {
        for (int id = 0; id < logits.Length; id++)
        {
            _keys[id] = Key(logits[id], id);
        }

        return logits.Length;
    }

    // One pass that compares each logit with the worst of the k best so far: nearly all fail at once, and of equal ones
    // the later has the higher id. Those that pass gather, and are sifted whenever there are many.
    private int GatherLargest(int k)
    {
        int room = Math.Max(FirstPiece, PieceGrowth * k);
        float border = float.NegativeInfinity;
        int kept = 0;
        for (int id = 0; id < logits.Length; id++)
        {
            float logit = logits[id];
            if (logit <= border)
            {
                continue;
            }

            _keys[kept++] = Key(logit, id);
            if (kept == room)
            {
                PartialSort.Ascending(_keys.AsSpan(0, kept), k);
                border = Logit(_keys[k - 1]);
                kept = k;
            }
        }

        return kept;
    }

    // Without a branch: which tokens pass is hard to foresee.
    private int GatherHeavy(double min)
    {
        ReadOnlySpan<float> weights = _softmax.Weights;
        int kept = 0;
        for (int id = 0; id < weights.Length; id++)
        {
            _keys[kept] = Key(logits[id], id);
            kept += weights[id] >= min ? 1 : 0;
        }

        return kept;
    }
}
