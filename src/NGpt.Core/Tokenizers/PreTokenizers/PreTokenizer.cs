using System.Buffers;
using System.Text;
using NGpt.Core.Tokenizers.Normalization;
using NGpt.Core.Tokenizers.Splitting;

namespace NGpt.Core.Tokenizers.PreTokenizers;

/// <summary>A step between normalizing and merging: it cuts a text into pieces, and may change them. Immutable.</summary>
internal abstract class PreTokenizer
{
    /// <summary>Does the step on every piece.</summary>
    public abstract void Apply(PreTokenizedText text);
}

/// <summary>Several steps, one after the other.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<PreTokenizer> steps) : PreTokenizer
{
    /// <summary>The steps.</summary>
    public IReadOnlyList<PreTokenizer> Steps => steps;

    public override void Apply(PreTokenizedText text)
    {
        foreach (PreTokenizer step in steps)
        {
            step.Apply(text);
        }
    }
}

/// <summary>Cuts at matches.</summary>
/// <param name="matcher">What to find.</param>
/// <param name="behavior">What becomes of the matches.</param>
/// <param name="isInverted">Whether what lies between matches counts as the matches.</param>
internal sealed class MatchSplit(ITextMatcher matcher, SplitBehavior behavior, bool isInverted = false) : PreTokenizer
{
    public override void Apply(PreTokenizedText text) => text.Split(matcher, behavior, isInverted);
}

/// <summary>Cuts by a pattern that covers the whole text: every piece of it is a piece.</summary>
internal sealed class PatternSplit(SplitPattern pattern) : PreTokenizer
{
    private readonly PatternMatcher _matcher = new(pattern);

    /// <summary>The pattern.</summary>
    public SplitPattern Pattern => pattern;

    public override void Apply(PreTokenizedText text) => text.Split(_matcher, SplitBehavior.Isolated, isInverted: false);
}

/// <summary>Puts a space before every piece that does not begin with one.</summary>
internal sealed class PrefixSpace : PreTokenizer
{
    public override void Apply(PreTokenizedText text) => text.Rewrite((piece, position, output) =>
    {
        if (piece[0] != (byte)' ' && position != PiecePosition.Continuation)
        {
            output.Write(" "u8);
        }

        output.Write(piece);
    });
}

/// <summary>Writes every byte as GPT-2's stand-in for it.</summary>
internal sealed class ByteStandIns : PreTokenizer
{
    public override void Apply(PreTokenizedText text) => text.Rewrite((piece, _, output) => output.Write(Encoding.UTF8.GetBytes(ByteToUnicode.Name(piece))));
}

/// <summary>Writes spaces as a visible mark, as SentencePiece does, and may put one before a piece.</summary>
/// <param name="mark">The mark.</param>
/// <param name="prepend">Which pieces get a mark before them.</param>
/// <param name="splits">Whether the text is cut before every mark.</param>
internal sealed class Metaspace(Rune mark, PrependScheme prepend, bool splits) : PreTokenizer
{
    private readonly byte[] _mark = Encoding.UTF8.GetBytes(mark.ToString());
    private readonly LiteralMatcher _marks = new(mark.ToString());

    public override void Apply(PreTokenizedText text)
    {
        text.Rewrite(Rewrite);
        if (splits)
        {
            text.Split(_marks, SplitBehavior.MergedWithNext, isInverted: false);
        }
    }

    private void Rewrite(ReadOnlySpan<byte> piece, PiecePosition position, IBufferWriter<byte> output)
    {
        bool isMarked = piece[0] == (byte)' ' || piece.StartsWith(_mark);
        bool isPrepended = prepend switch
        {
            PrependScheme.Always => position != PiecePosition.Continuation,
            PrependScheme.First => position == PiecePosition.Beginning,
            _ => false,
        };
        if (isPrepended && !isMarked)
        {
            output.Write(_mark);
        }

        for (int space; (space = piece.IndexOf((byte)' ')) >= 0; piece = piece[(space + 1)..])
        {
            output.Write(piece[..space]);
            output.Write(_mark);
        }

        output.Write(piece);
    }
}

/// <summary>Which pieces get a mark before them.</summary>
internal enum PrependScheme
{
    /// <summary>None.</summary>
    Never,

    /// <summary>The one that the text begins with.</summary>
    First,

    /// <summary>All.</summary>
    Always,
}
