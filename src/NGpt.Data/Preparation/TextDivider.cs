using NGpt.Data.Corpora;

namespace NGpt.Data.Preparation;

/// <summary>Turns the documents of a corpus, in their order, into pieces of one split each.</summary>
internal sealed class TextDivider(HoldOut holdOut, long position)
{
    private bool _isBehindCut = position > (holdOut.Cut ?? long.MaxValue);

    /// <summary>Bytes of text up to here.</summary>
    public long Position { get; private set; } = position;

    /// <summary>The pieces of the next document, or of the next piece of one.</summary>
    public IEnumerable<TextPiece> Divide(Document document)
    {
        ReadOnlyMemory<byte> text = document.Utf8;
        long start = Position;
        Position += text.Length;
        TextPieceKind kind = document.IsContinuation ? TextPieceKind.Continuation : TextPieceKind.Beginning;
        if (holdOut.Cut is not { } cut)
        {
            yield return new TextPiece(text, kind, document.ContentHash, IsValidation: null) { Answers = document.Answers };
            yield break;
        }

        UInt128? hash = document.ContentHash;
        if (!_isBehindCut && Position > cut)
        {
            _isBehindCut = true;
            int before = Place(text.Span, (int)(cut - start));
            if (before > 0)
            {
                hash ??= kind == TextPieceKind.Beginning ? HoldOut.ContentHash(text.Span) : null;
                yield return new TextPiece(text[..before], kind, hash, IsValidation: false) { Answers = Within(document.Answers, 0, before) };
            }

            if (before > 0 || kind == TextPieceKind.Continuation)
            {
                (text, kind, hash) = (text[before..], TextPieceKind.Rest, null);
            }
        }

        if (text.Length > 0)
        {
            yield return new TextPiece(text, kind, hash, _isBehindCut) { Answers = Within(document.Answers, document.Utf8.Length - text.Length, text.Length) };
        }
    }

    /// <summary>The parts of answers inside a stretch of a document, counted from its start.</summary>
    private static IReadOnlyList<DocumentSpan>? Within(IReadOnlyList<DocumentSpan>? answers, int start, int length) => answers is null
        ? null
        : [.. answers
            .Select(answer => (From: Math.Max(answer.Start, start), To: Math.Min(answer.End, start + length)))
            .Where(part => part.From < part.To)
            .Select(part => new DocumentSpan(part.From - start, part.To - part.From))];

    /// <summary>The end of the line that ends nearest to the wanted place; the beginning of a character where no line ends nearby.</summary>
    private static int Place(ReadOnlySpan<byte> text, int wanted)
    {
        int reach = Math.Min(HoldOut.MaxSearchLength, Math.Min(text.Length - wanted, wanted) / 4);
        int before = text[..wanted].LastIndexOf((byte)'\n') + 1;
        int after = text[wanted..].IndexOf((byte)'\n');
        int behind = after < 0 ? int.MaxValue : wanted + after + 1;
        bool beforeIsNear = before > 0 && wanted - before <= reach;
        bool behindIsNear = behind < text.Length && behind - wanted <= reach;
        if (beforeIsNear || behindIsNear)
        {
            return !behindIsNear || (beforeIsNear && wanted - before <= behind - wanted) ? before : behind;
        }

        while (wanted > 0 && wanted < text.Length && Utf8Boundary.IsContinuation(text[wanted]))
        {
            wanted--;
        }

        return wanted;
    }
}

/// <summary>A stretch of text that belongs to one split.</summary>
/// <param name="Utf8">The text; begins and ends between characters.</param>
/// <param name="Kind">How it stands to the piece before it.</param>
/// <param name="Hash">Content hash of the document that it begins; null where that is the hash of this very piece, or where it begins none.</param>
/// <param name="IsValidation">Whether it is held out; null where the hash decides, or where the piece before it did.</param>
internal sealed record TextPiece(ReadOnlyMemory<byte> Utf8, TextPieceKind Kind, UInt128? Hash, bool? IsValidation)
{
    /// <summary>Where the answers of a conversation lie in it, ascending; null where it is no conversation.</summary>
    public IReadOnlyList<DocumentSpan>? Answers { get; init; }
}

/// <summary>How a piece of text stands to the one before it.</summary>
internal enum TextPieceKind
{
    /// <summary>It begins a document.</summary>
    Beginning,

    /// <summary>It continues the document of the piece before it.</summary>
    Continuation,

    /// <summary>It continues a document after the cut: in its split it is a document of its own.</summary>
    Rest,
}
