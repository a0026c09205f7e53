namespace NGpt.Core.Tokenizers.SentencePieces;

/// <summary>
/// Cuts a normalized text into the pieces of highest total score. The arithmetic is that of SentencePiece: the best score up
/// to a place is a float, and a candidate is compared with it as a double, before it is rounded. The sum therefore goes on
/// through the whole text, although pieces are handed out as soon as every path leads through one place.
/// </summary>
internal sealed class UnigramSegmenter
{
    private const float UnknownPenalty = 10;

    private readonly PieceTrie _trie;
    private readonly double[] _scores;
    private readonly int _maxLength;
    private readonly float _unknownScore;
    private readonly int _unknown;

    /// <summary>Creates a segmenter.</summary>
    public UnigramSegmenter(PieceModel model)
    {
        Piece[] pieces = [.. model.Pieces];
        _trie = new PieceTrie([.. pieces.Select(piece => piece.Text)], Enumerable.Range(0, pieces.Length).Where(id => pieces[id].Kind is PieceKind.Normal or PieceKind.UserDefined));
        _maxLength = pieces.Max(piece => piece.Text.Length);
        _unknown = model.Unknown;
        // The limits are those of the original: its maximum begins at the smallest positive float.
        const float SmallestNormal = 1.17549435e-38f;
        float[] normal = [.. pieces.Where(piece => piece.Kind == PieceKind.Normal).Select(piece => piece.Score)];
        float max = normal.Append(SmallestNormal).Max();
        _scores = [.. pieces.Select(piece => piece.Kind == PieceKind.UserDefined ? (piece.Text.Length * max) - 0.1 : piece.Score)];
        _unknownScore = normal.Append(float.MaxValue).Min() - UnknownPenalty;
    }

    /// <summary>Cuts a text.</summary>
    public void Segment(ReadOnlySpan<byte> text, PieceOutput output, Paths paths)
    {
        // All paths lead through the origin; places are counted from there in the steps.
        int origin = 0;
        int reach = 0;
        paths.Begin();
        for (int start = 0; start < text.Length;)
        {
            if (start == reach && start > origin)
            {
                paths.MoveOrigin(start - origin, text[origin..], output, origin);
                origin = start;
            }

            // From the start on; steps behind the reach are not of this text.
            Span<Step> steps = paths.Steps(start - origin, Math.Min(_maxLength, text.Length - start));
            int reached = reach - start;
            float before = steps[0].Score;
            int single = Math.Min(Utf8Length(text[start]), text.Length - start);
            bool hasSingle = false;
            ReadOnlySpan<byte> rest = text[start..];
            int node = PieceTrie.Root;
            for (int length = 0; length < rest.Length;)
            {
                node = _trie.Child(node, rest[length++], out int id);
                if (node == PieceTrie.None)
                {
                    break;
                }

                if (id != PieceTrie.None)
                {
                    hasSingle |= length == single;
                    Offer(steps, length, ref reached, _scores[id] + before, start - origin, id);
                }
            }

            if (!hasSingle)
            {
                // Here the original adds two floats.
                Offer(steps, single, ref reached, _unknownScore + before, start - origin, _unknown);
            }

            reach = start + reached;
            start += single;
        }

        paths.MoveOrigin(text.Length - origin, text[origin..], output, origin);
    }

    private static void Offer(Span<Step> steps, int length, ref int reached, double score, int start, int token)
    {
        while (reached < length)
        {
            steps[++reached].Start = Step.Unreached;
        }

        ref Step step = ref steps[length];
        if (step.Start == Step.Unreached || score > step.Score)
        {
            step = new Step { Score = (float)score, Start = start, Token = token };
        }
    }

    /// <summary>The length of a character by its first byte, without a look at the others.</summary>
    internal static int Utf8Length(byte first) => first switch
    {
        < 0xC0 => 1,
        < 0xE0 => 2,
        < 0xF0 => 3,
        _ => 4,
    };

    /// <summary>The last piece of the best path to a place.</summary>
    internal struct Step
    {
        /// <summary>The start of a step that no path leads to yet.</summary>
        public const int Unreached = -1;

        public float Score;
        public int Start;
        public int Token;
    }

    /// <summary>The best path to every place behind the origin. For one thread at a time.</summary>
    internal sealed class Paths
    {
        private Step[] _steps = new Step[1024];
        private (int Start, int Token)[] _path = new (int, int)[64];

        /// <summary>Begins a text.</summary>
        public void Begin()
        {
            _steps = _steps.Length > SentencePieceTokenizer.KeptLength ? new Step[1024] : _steps;
            _path = _path.Length > SentencePieceTokenizer.KeptLength ? new (int, int)[64] : _path;
            _steps[0] = default;
        }

        /// <summary>The steps of a place and of as many behind it, or more.</summary>
        public Span<Step> Steps(int place, int count)
        {
            // A character without a piece is longer than all pieces may be.
            int last = place + Math.Max(count, 4);
            if (last >= _steps.Length)
            {
                Array.Resize(ref _steps, Math.Max(last + 1, 2 * _steps.Length));
            }

            return _steps.AsSpan(place);
        }

        /// <summary>Hands out the pieces of the best path from the origin to a place, which becomes the origin.</summary>
        public void MoveOrigin(int place, ReadOnlySpan<byte> text, PieceOutput output, int origin)
        {
            float score = _steps[place].Score;
            int count = 0;
            for (int at = place; at > 0; at = _steps[at].Start)
            {
                if (count == _path.Length)
                {
                    Array.Resize(ref _path, 2 * count);
                }

                _path[count++] = (_steps[at].Start, _steps[at].Token);
            }

            while (count > 0)
            {
                (int start, int token) = _path[--count];
                output.Add(token, text[start..(count > 0 ? _path[count - 1].Start : place)], origin + start);
            }

            _steps[0] = new Step { Score = score };
        }
    }
}
