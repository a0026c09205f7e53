using System.Buffers;
using NGpt.Core.Tokenizers.Normalization;
using NGpt.Core.Tokenizers.Splitting;

namespace NGpt.Core.Tokenizers.PreTokenizers;

/// <summary>A text between the steps of a pre-tokenizer: its bytes, and the pieces that it is cut into so far.</summary>
internal sealed class PreTokenizedText
{
    private readonly List<TextMatch> _matches = [];
    private ArrayBufferWriter<byte> _bytes;
    private ArrayBufferWriter<byte> _otherBytes = new();
    private List<PieceRange> _pieces;
    private List<PieceRange> _otherPieces = [];

    /// <summary>Begins with the whole text as one piece.</summary>
    public PreTokenizedText(ReadOnlySpan<byte> utf8, PiecePosition position, TextBudget budget)
    {
        _bytes = new ArrayBufferWriter<byte>(Math.Max(1, utf8.Length));
        _bytes.Write(utf8);
        _pieces = utf8.IsEmpty ? [] : [new PieceRange(0, utf8.Length, position)];
        Budget = budget;
    }

    /// <summary>The pieces in order.</summary>
    public IReadOnlyList<PieceRange> Pieces => _pieces;

    /// <summary>The time that regular expressions may take.</summary>
    public TextBudget Budget { get; }

    /// <summary>The bytes that the pieces lie in.</summary>
    public ReadOnlySpan<byte> Text => _bytes.WrittenSpan;

    /// <summary>The bytes of a piece.</summary>
    public ReadOnlySpan<byte> Bytes(PieceRange piece) => _bytes.WrittenSpan[piece.Start..piece.End];

    /// <summary>Cuts every piece at the matches in it.</summary>
    public void Split(ITextMatcher matcher, SplitBehavior behavior, bool isInverted)
    {
        foreach (PieceRange piece in _pieces)
        {
            _matches.Clear();
            matcher.Find(Bytes(piece), _matches, Budget);
            new PieceCutter(piece, behavior, _otherPieces).Cut(_matches, isInverted);
        }

        (_pieces, _otherPieces) = (_otherPieces, _pieces);
        _otherPieces.Clear();
    }

    /// <summary>Writes every piece anew.</summary>
    /// <param name="rewrite">Writes what becomes of a piece.</param>
    public void Rewrite(PieceRewriter rewrite)
    {
        foreach (PieceRange piece in _pieces)
        {
            int start = _otherBytes.WrittenCount;
            rewrite(Bytes(piece), piece.Position, _otherBytes);
            _otherPieces.Add(new PieceRange(start, _otherBytes.WrittenCount, piece.Position));
        }

        (_bytes, _otherBytes) = (_otherBytes, _bytes);
        (_pieces, _otherPieces) = (_otherPieces, _pieces);
        _otherBytes.ResetWrittenCount();
        _otherPieces.Clear();
    }
}

/// <summary>Writes what becomes of a piece.</summary>
/// <param name="utf8">The piece.</param>
/// <param name="position">Where it stands.</param>
/// <param name="output">Receives the new bytes.</param>
internal delegate void PieceRewriter(ReadOnlySpan<byte> utf8, PiecePosition position, IBufferWriter<byte> output);

/// <summary>A piece of a text.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Position">Where it stands.</param>
internal readonly record struct PieceRange(int Start, int End, PiecePosition Position);

/// <summary>What becomes of the matches that a piece is cut at.</summary>
internal enum SplitBehavior
{
    /// <summary>They are left out.</summary>
    Removed,

    /// <summary>Each is a piece.</summary>
    Isolated,

    /// <summary>Each belongs to the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>Each belongs to the piece after it.</summary>
    MergedWithNext,

    /// <summary>Matches side by side are one piece.</summary>
    Contiguous,
}

/// <summary>Cuts one piece.</summary>
internal readonly ref struct PieceCutter(PieceRange piece, SplitBehavior behavior, List<PieceRange> output)
{
    /// <summary>Cuts at matches; inverted: at what lies between them.</summary>
    public void Cut(List<TextMatch> matches, bool isInverted)
    {
        List<Stretch> stretches = Stretches(matches, isInverted);
        switch (behavior)
        {
            case SplitBehavior.Removed:
                stretches.RemoveAll(stretch => stretch.IsMatch);
                break;
            case SplitBehavior.MergedWithPrevious:
                stretches = Join(stretches, (before, stretch) => stretch.IsMatch && !before);
                break;
            case SplitBehavior.MergedWithNext:
                stretches.Reverse();
                stretches = Join(stretches, (before, stretch) => stretch.IsMatch && !before);
                stretches.Reverse();
                break;
            case SplitBehavior.Contiguous:
                stretches = Join(stretches, (before, stretch) => stretch.IsMatch == before);
                break;
        }

        foreach (Stretch stretch in stretches)
        {
            if (stretch.End > stretch.Start)
            {
                output.Add(new PieceRange(piece.Start + stretch.Start, piece.Start + stretch.End, stretch.Start == 0 ? piece.Position : PiecePosition.Inside));
            }
        }
    }

    private List<Stretch> Stretches(List<TextMatch> matches, bool isInverted)
    {
        int length = piece.End - piece.Start;
        List<Stretch> stretches = new((2 * matches.Count) + 1);
        int end = 0;
        foreach (TextMatch match in matches)
        {
            if (match.Start > end)
            {
                stretches.Add(new Stretch(end, match.Start, isInverted));
            }

            stretches.Add(new Stretch(match.Start, match.End, !isInverted));
            end = match.End;
        }

        if (end < length)
        {
            stretches.Add(new Stretch(end, length, isInverted));
        }

        return stretches;
    }

    // In both directions: a stretch that joins is put together with the one that came before it in the list.
    private static List<Stretch> Join(List<Stretch> stretches, Func<bool, Stretch, bool> joins)
    {
        List<Stretch> joined = new(stretches.Count);
        bool before = false;
        foreach (Stretch stretch in stretches)
        {
            if (joined.Count > 0 && joins(before, stretch))
            {
                Stretch last = joined[^1];
                joined[^1] = new Stretch(Math.Min(last.Start, stretch.Start), Math.Max(last.End, stretch.End), IsMatch: false);
            }
            else
            {
                joined.Add(stretch);
            }

            before = stretch.IsMatch;
        }

        return joined;
    }

    private readonly record struct Stretch(int Start, int End, bool IsMatch);
}
