namespace NGpt.Core.Tokenizers.SentencePieces;

/// <summary>Numbers, of which the smallest comes first.</summary>
internal sealed class KeyHeap
{
    private ulong[] _keys = new ulong[64];
    private int _count;

    /// <summary>Takes all numbers away.</summary>
    public void Clear() => _count = 0;

    /// <summary>Gives back memory that a long text needed.</summary>
    public void Trim() => _keys = _keys.Length > SentencePieceTokenizer.KeptLength ? new ulong[64] : _keys;

    /// <summary>Adds a number.</summary>
    public void Push(ulong key)
    {
        if (_count == _keys.Length)
        {
            Array.Resize(ref _keys, 2 * _count);
        }

        int place = _count++;
        for (int parent; place > 0 && _keys[parent = (place - 1) / 2] > key; place = parent)
        {
            _keys[place] = _keys[parent];
        }

        _keys[place] = key;
    }

    /// <summary>Takes the smallest number.</summary>
    public bool TryPop(out ulong key)
    {
        if (_count == 0)
        {
            key = 0;
            return false;
        }

        key = _keys[0];
        ulong last = _keys[--_count];
        int place = 0;
        for (int child; (child = (2 * place) + 1) < _count; place = child)
        {
            child += child + 1 < _count && _keys[child + 1] < _keys[child] ? 1 : 0;
            if (_keys[child] >= last)
            {
                break;
            }

            _keys[place] = _keys[child];
        }

        _keys[place] = last;
        return true;
    }
}
