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
    private readonly bool[] _isUserDefined;
    private readonly bool[] _isUnused;
    private readonly float _maxScore;
    private readonly float _unknownScore;
    private readonly int _unknown;

    /// <summary>Creates a segmenter.</summary>
    public UnigramSegmenter(PieceModel model)
    {
        Piece[] pieces = [.. model.Pieces];
        _trie = new PieceTrie([.. pieces.Select(piece => piece.Text)], Enumerable.Range(0, pieces.Length).Where(id => pieces[id].IsText));
        _scores = [.. pieces.Select(piece => (double)piece.Score)];
        _isUserDefined = [.. pieces.Select(piece => piece.Kind == PieceKind.UserDefined)];
        _isUnused = [.. pieces.Select(piece => piece.Kind == PieceKind.Unused)];
        _unknown = model.Unknown;
        // The limits are those of the original: the smallest positive float is where its maximum begins.
        const float SmallestNormal = 1.17549435e-38f;
        float[] normal = [.. pieces.Where(piece => piece.Kind == PieceKind.Normal).Select(piece => piece.Score)];
        _maxScore = normal.Append(SmallestNormal).Max();
        _unknownScore = normal.Append(float.MaxValue).Min() - UnknownPenalty;
    }

    /// <summary>Cuts a text.</summary>
    public void Segment(ReadOnlySpan<byte> text, PieceOutput output, Paths paths)
    {
        // All paths lead through the origin; places are counted from there in the lists of paths.
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

            float before = paths.Score(start - origin);
            int single = Math.Min(Utf8Length(text[start]), text.Length - start);
            bool hasSingle = false;
            int node = PieceTrie.Root;
            for (int end = start; end < text.Length && (node = _trie.Child(node, text[end++])) != PieceTrie.None;)
            {
                int id = _trie.Number(node);
                if (id == PieceTrie.None || _isUnused[id])
                {
                    continue;
                }

                int length = end - start;
                double score = _isUserDefined[id] ? (length * _maxScore) - 0.1 : _scores[id];
                reach = Math.Max(reach, end);
                paths.Offer(end - origin, score + before, start - origin, id);
                hasSingle |= length == single;
            }

            if (!hasSingle)
            {
                reach = Math.Max(reach, start + single);
                // Here the original adds two floats.
                paths.Offer(start + single - origin, _unknownScore + before, start - origin, _unknown);
            }

            start += single;
        }

        paths.MoveOrigin(text.Length - origin, text[origin..], output, origin);
    }

    /// <summary>The length of a character by its first byte, without a look at the others.</summary>
    internal static int Utf8Length(byte first) => first switch
    {
        < 0xC0 => 1,
        < 0xE0 => 2,
        < 0xF0 => 3,
        _ => 4,
    };

    /// <summary>The best path to every place behind the origin. For one thread at a time.</summary>
    internal sealed class Paths
    {
        private const int Unreached = -1;

        private Step[] _steps = new Step[1024];
        private int _count;

        /// <summary>Begins a text.</summary>
        public void Begin()
        {
            _steps = _steps.Length > SentencePieceTokenizer.KeptLength ? new Step[1024] : _steps;
            _steps[0] = new Step { Start = 0 };
            _count = 1;
        }

        /// <summary>The score of the best path to a place.</summary>
        public float Score(int place) => _steps[place].Score;

        /// <summary>Offers a path to a place.</summary>
        public void Offer(int place, double score, int start, int token)
        {
            while (_count <= place)
            {
                if (_count == _steps.Length)
                {
                    Array.Resize(ref _steps, 2 * _count);
                }

                _steps[_count++] = new Step { Start = Unreached };
            }

            ref Step step = ref _steps[place];
            if (step.Start == Unreached || score > step.Score)
            {
                step = new Step { Score = (float)score, Start = start, Token = token };
            }
        }

        /// <summary>Hands out the pieces of the best path from the origin to a place, which becomes the origin.</summary>
        public void MoveOrigin(int place, ReadOnlySpan<byte> text, PieceOutput output, int origin)
        {
            float score = _steps[place].Score;
            // Turned around: the end of each piece goes where its beginning was.
            int end = place;
            for (int at = place, next = 0; at > 0; at = next)
            {
                next = _steps[at].Start;
                _steps[next].End = at;
                _steps[next].EndToken = _steps[at].Token;
            }

            for (int at = 0; at < end; at = _steps[at].End)
            {
                output.Add(_steps[at].EndToken, text[at.._steps[at].End], origin + at);
            }

            _steps[0] = new Step { Score = score };
            _count = 1;
        }

        private struct Step
        {
            public float Score;
            public int Start;
            public int Token;
            public int End;
            public int EndToken;
        }
    }
}
