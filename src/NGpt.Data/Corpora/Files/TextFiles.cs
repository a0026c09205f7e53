using System.Security.Cryptography;
using NGpt.Core.Errors;

namespace NGpt.Data.Corpora.Files;

/// <summary>
/// Files that are one document each. A file is used as a whole or not at all: one of several pieces is checked to its end
/// before its first piece is handed out.
/// </summary>
internal sealed class TextFiles(InvalidUtf8 policy) : ISourceReader
{
    /// <inheritdoc/>
    public IEnumerable<SourceEntry> Read(SourceFile file, long skip, CancellationToken cancellationToken)
    {
        UInt128? hash = null;
        if (skip == 0)
        {
            (SourceEntry? only, hash) = Check(file, cancellationToken);
            if (only is not null)
            {
                yield return only;
                yield break;
            }
        }

        // One piece is kept back, since the last one says that it is the last.
        using IEnumerator<TextPiece> pieces = Pieces(file, skip, cancellationToken).GetEnumerator();
        long next = skip;
        for (bool more = pieces.MoveNext(); more;)
        {
            TextPiece piece = pieces.Current;
            more = MoveOn(file, pieces);
            yield return Entry(file, piece, next++, hash) with { EndsSource = !more };
            hash = null;
        }
    }

    private static SourceEntry Entry(SourceFile file, TextPiece piece, long before, UInt128? hash) => new()
    {
        Document = new Document(file.Name, piece.Utf8) { IsContinuation = before > 0, ContentHash = hash },
        WasRepaired = piece.WasRepaired,
        Next = before + 1,
        SourceBytesRead = piece.SourceBytesRead,
    };

    private static bool MoveOn(SourceFile file, IEnumerator<TextPiece> pieces)
    {
        try
        {
            return pieces.MoveNext();
        }
        catch (UnusableTextException error)
        {
            throw new FileFormatException(file.Label, $"the file changed while it was read ({error.Message})", "start again when nothing writes to it", error);
        }
    }

    /// <summary>The one entry of a file that needs no second reading, or the hash of a file of several pieces.</summary>
    private (SourceEntry? Only, UInt128? Hash) Check(SourceFile file, CancellationToken cancellationToken)
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            TextPiece? only = null;
            int count = 0;
            foreach (TextPiece piece in Pieces(file, 0, cancellationToken))
            {
                hash.AppendData(piece.Utf8);
                only = count++ == 0 ? piece : null;
            }

            return only is null ? (null, Document.FromSha256(hash.GetHashAndReset())) : (Entry(file, only, 0, null) with { EndsSource = true }, null);
        }
        catch (UnusableTextException error)
        {
            return (file.Reject(error.Message, error.Remedy), null);
        }
    }

    private IEnumerable<TextPiece> Pieces(SourceFile file, long skip, CancellationToken cancellationToken)
    {
        using SourceStream stream = SourceStream.Open(file);
        foreach (TextPiece piece in TextPieces.Read(stream, skip, policy, cancellationToken))
        {
            yield return piece;
        }
    }
}
