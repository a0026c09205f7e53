using System.Text;
using NGpt.Core.Errors;
using Peer = Microsoft.ML.Tokenizers.SentencePieceTokenizer;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>
/// Reads a SentencePiece model. Microsoft.ML.Tokenizers cuts text by it; what each piece stands for is read here, because the
/// library does not tell control pieces from others.
/// </summary>
internal sealed class SentencePieceReader
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    private readonly string _path;

    private SentencePieceReader(string path) => _path = path;

    /// <summary>Reads a model.</summary>
    public static SentencePieceTokenizer Read(string path, byte[] model)
    {
        List<SentencePiece> pieces = new SentencePieceReader(path).Pieces(model);
        try
        {
            using var stream = new MemoryStream(model, writable: false);
            return new SentencePieceTokenizer(model, pieces, Peer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The library and the protobuf reader below it do not say which exceptions a damaged model can raise.
            throw new FileFormatException(path, $"the SentencePiece model cannot be used: {error.Message.TrimEnd('.')}", TokenizerBytes.Remedy, error);
        }
    }

    private List<SentencePiece> Pieces(ReadOnlySpan<byte> model)
    {
        const int PieceField = 1;
        var pieces = new List<SentencePiece>();
        while (!model.IsEmpty)
        {
            ReadOnlySpan<byte> content = Field(ref model, out int field, out _);
            if (field == PieceField)
            {
                Require(pieces.Count < BytePairTokenizer.MaxVocabularySize, $"the model has more than {BytePairTokenizer.MaxVocabularySize:N0} pieces");
                pieces.Add(Piece(content));
            }
        }

        Require(pieces.Count > 0, "the SentencePiece model has no pieces");
        return pieces;
    }

    private SentencePiece Piece(ReadOnlySpan<byte> message)
    {
        string text = string.Empty;
        var kind = SentencePieceKind.Normal;
        while (!message.IsEmpty)
        {
            ReadOnlySpan<byte> content = Field(ref message, out int field, out ulong value);
            if (field == 1)
            {
                text = Encoding.UTF8.GetString(content);
            }
            else if (field == 3)
            {
                kind = (SentencePieceKind)value;
            }
        }

        return new SentencePiece(text, kind);
    }

    /// <summary>Reads the next field of a protobuf message.</summary>
    private ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> message, out int field, out ulong value)
    {
        ulong tag = Number(ref message);
        field = (int)Math.Min(tag >> 3, int.MaxValue);
        value = 0;
        int length;
        switch (tag & 7)
        {
            case Varint:
                value = Number(ref message);
                return [];
            case Fixed64:
                length = sizeof(ulong);
                break;
            case Fixed32:
                length = sizeof(uint);
                break;
            case Delimited:
                length = (int)Math.Min(Number(ref message), int.MaxValue);
                break;
            default:
                throw Failure();
        }

        if (length > message.Length)
        {
            throw Failure();
        }

        ReadOnlySpan<byte> content = message[..length];
        message = message[length..];
        return content;
    }

    private ulong Number(ref ReadOnlySpan<byte> message)
    {
        ulong number = 0;
        for (int i = 0; i < 10 && i < message.Length; i++)
        {
            number |= (ulong)(message[i] & 0x7F) << (7 * i);
            if (message[i] < 0x80)
            {
                message = message[(i + 1)..];
                return number;
            }
        }

        throw Failure();
    }

    private void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new FileFormatException(_path, problem, TokenizerBytes.Remedy);
        }
    }

    private FileFormatException Failure() => new(_path, "the file is not a SentencePiece model, or it is damaged", TokenizerBytes.Remedy);
}

/// <summary>A piece of a SentencePiece model, as its file has it.</summary>
internal readonly record struct SentencePiece(string Text, SentencePieceKind Kind);

/// <summary>What a piece is for; the numbers are those of the file.</summary>
internal enum SentencePieceKind
{
    /// <summary>Text.</summary>
    Normal = 1,

    /// <summary>Stands for what has no piece.</summary>
    Unknown = 2,

    /// <summary>Stands for no text: begin, end.</summary>
    Control = 3,

    /// <summary>Text that the model's maker wanted as one piece.</summary>
    UserDefined = 4,

    /// <summary>Never used.</summary>
    Unused = 5,

    /// <summary>One byte, written <c>&lt;0x41&gt;</c>.</summary>
    Byte = 6,
}
