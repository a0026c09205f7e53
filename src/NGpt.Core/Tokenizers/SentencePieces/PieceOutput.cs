namespace NGpt.Core.Tokenizers.SentencePieces;

/// <summary>
/// Receives pieces in the order of a text. Neighbouring unknown ones become one token, or the bytes that they stand for
/// where the model has them.
/// </summary>
internal sealed class PieceOutput(int unknown, int[]? tokenOfByte)
{
    private int[] _tokens = [];

    /// <summary>The tokens, valid until the next call.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Count);

    /// <summary>How many tokens there are.</summary>
    public int Count { get; private set; }

    /// <summary>Where the first unknown piece begins, in bytes of the normalized text; -1 where there is none.</summary>
    public int FirstUnknown { get; private set; } = -1;

    /// <summary>Takes all tokens away, and the memory as well where there is more than asked for.</summary>
    public void Clear(int keep)
    {
        (Count, FirstUnknown) = (0, -1);
        _tokens = _tokens.Length > keep ? [] : _tokens;
    }

    /// <summary>Appends a piece.</summary>
    /// <param name="token">Its id.</param>
    /// <param name="text">The bytes that it stands for.</param>
    /// <param name="place">Where they begin in the normalized text.</param>
    public void Add(int token, ReadOnlySpan<byte> text, int place)
    {
        if (token != unknown)
        {
            Room(1)[0] = token;
            Count++;
        }
        else if (tokenOfByte is not null)
        {
            Span<int> room = Room(text.Length);
            for (int i = 0; i < text.Length; i++)
            {
                room[i] = tokenOfByte[text[i]];
            }

            Count += text.Length;
        }
        else
        {
            FirstUnknown = FirstUnknown < 0 ? place : FirstUnknown;
            if (Count == 0 || _tokens[Count - 1] != unknown)
            {
                Room(1)[0] = token;
                Count++;
            }
        }
    }

    /// <summary>Appends tokens that an earlier call made of the same text.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="place">Where their text begins in the normalized text.</param>
    public void AddAgain(ReadOnlySpan<int> tokens, int place)
    {
        if (tokenOfByte is null && tokens.Contains(unknown))
        {
            FirstUnknown = FirstUnknown < 0 ? place : FirstUnknown;
            tokens = tokens[0] == unknown && Count > 0 && _tokens[Count - 1] == unknown ? tokens[1..] : tokens;
        }

        tokens.CopyTo(Room(tokens.Length));
        Count += tokens.Length;
    }

    private Span<int> Room(int count)
    {
        if (_tokens.Length - Count < count)
        {
            Array.Resize(ref _tokens, (int)Math.Min(Array.MaxLength, Math.Max((long)Count + count, Math.Max(1024, 2L * _tokens.Length))));
        }

        return _tokens.AsSpan(Count);
    }
}
