using NGpt.Core.Numerics;

namespace NGpt.Core.Sampling;

/// <summary>
/// The candidate tokens. While these are all tokens they are in the order of their ids. A filter gives each candidate that
/// it keeps a 64-bit key of logit and id, whose ascending order is descending logit and, for equal logits, ascending id:
/// selecting and sorting compare plain integers. Filters are called in the order of their declaration.
/// </summary>
internal sealed class CandidateList(float[] logits)
{
    // The nucleus is searched in sorted chunks, the first of this size and each next one four times as long.
    private const int FirstChunk = 256;
    private const int ChunkGrowth = 4;

    // Top-k makes a separate pass over the tokens when it keeps at most one in so many.
    private const int MinGain = 16;

    private readonly ulong[] _keys = new ulong[logits.Length];
    private readonly SoftmaxDraw _softmax = new(logits.Length);
    private int _count;
    private bool _hasKeys;
    private float _max;

    /// <summary>Starts with all tokens, after the logits have changed; they are finite.</summary>
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

    /// <summary>Keeps the smallest set of the largest logits whose cumulative probability reaches <paramref name="p"/>, at least one; 1 keeps all.</summary>
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
            // All tokens below this weight together have less than the probability outside the nucleus: none of them is in it.
            _count = GatherHeavy((1 - p) * _softmax.Total / _count);
            _hasKeys = true;
        }

        ReadOnlySpan<float> weights = _softmax.Weights;
        double reached = 0;
        int sorted = isSorted ? _count : 0;
        int piece = FirstChunk;
        for (int i = 0; i < _count; i++)
        {
            if (i == sorted)
            {
                int length = Math.Min(piece, _count - sorted);
                PartialSort.Ascending(_keys.AsSpan(sorted, _count - sorted), length);
                sorted += length;
                piece *= ChunkGrowth;
            }

            reached += weights[isSorted ? i : Id(_keys[i])];
            if (reached >= enough)
            {
                _count = i + 1;
                break;
            }
        }
    }

    /// <summary>Keeps tokens with at least <paramref name="p"/> times the probability of the most probable one; 0 keeps all.</summary>
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

    /// <summary>
    /// Draws a candidate by the softmax of logit / temperature (above 0), with a random number from 0 (inclusive) to 1
    /// (exclusive).
    /// </summary>
    public int Draw(double temperature, double uniform)
    {
        Weigh(temperature);
        int chosen = _softmax.Draw(uniform);
        return _hasKeys ? Id(_keys[chosen]) : chosen;
    }

    private static ulong Key(float logit, int id)
    {
        // Adding zero makes −0 equal to 0. The bits of positive floats ascend with their values, those of negative ones descend.
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

    // The weights of the candidates, in their order.
    private void Weigh(double temperature)
    {
        if (!_hasKeys)
        {
            _softmax.Fill(logits, _max, temperature);
            return;
        }

        Span<float> kept = _softmax.Buffer(_count);
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

    // One pass that compares each logit with the smallest of the k largest so far: nearly all fail at once, and of equal ones
    // the later has the higher id. Those that pass are gathered, and reduced to k whenever there are many.
    private int GatherLargest(int k)
    {
        int room = Math.Max(FirstChunk, ChunkGrowth * k);
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

    // Without a branch: which tokens pass is hard to predict.
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
