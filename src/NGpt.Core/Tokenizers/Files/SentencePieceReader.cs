using System.Buffers.Binary;
using System.Text;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers.BytePair;
using NGpt.Core.Tokenizers.SentencePieces;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>Reads a SentencePiece model: a protobuf message with the pieces, the settings of the training and the normalizer.</summary>
internal sealed class SentencePieceReader
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    private readonly string _path;
    private readonly List<Piece> _pieces = [];
    private PieceModelType _type = PieceModelType.Unigram;
    private PieceModel _model = new() { Pieces = [], Type = PieceModelType.Unigram, Unknown = 0, Normalizer = new NormalizerSettings() };
    private NormalizerSettings _normalizer = new();

    private SentencePieceReader(string path) => _path = path;

    /// <summary>Reads a model.</summary>
    public static SentencePieceTokenizer Read(string path, byte[] model) => new(model, new SentencePieceReader(path).Model(model));

    private PieceModel Model(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            ReadOnlySpan<byte> content = Field(ref message, out int field, out int type, out _);
            switch (field, type)
            {
                case (1, Delimited):
                    Require(_pieces.Count < BytePairTokenizer.MaxVocabularySize, $"the model has more than {BytePairTokenizer.MaxVocabularySize:N0} pieces");
                    _pieces.Add(Piece(content));
                    break;
                case (2, Delimited):
                    ReadTraining(content);
                    break;
                case (3, Delimited):
                    ReadNormalizer(content);
                    break;
                case (5, Delimited):
                    RequireNoMap(content);
                    break;
            }
        }

        Require(_pieces.Count > 0, "the SentencePiece model has no pieces");
        Require(_type is PieceModelType.Unigram or PieceModelType.BytePairs, $"the SentencePiece model cuts text into {(_type == PieceModelType.Word ? "words" : "characters")}, expected BPE or unigram");
        RequireUnique();
        RequireBytes();
        return _model with { Pieces = _pieces, Type = _type, Unknown = _pieces.FindIndex(piece => piece.Kind == PieceKind.Unknown), Normalizer = _normalizer };
    }

    private Piece Piece(ReadOnlySpan<byte> message)
    {
        byte[] text = [];
        float score = 0;
        var kind = PieceKind.Normal;
        while (!message.IsEmpty)
        {
            ReadOnlySpan<byte> content = Field(ref message, out int field, out int type, out ulong value);
            switch (field, type)
            {
                case (1, Delimited):
                    text = content.ToArray();
                    break;
                case (2, Fixed32):
                    score = BinaryPrimitives.ReadSingleLittleEndian(content);
                    break;
                case (3, Varint):
                    // A number that the format does not know counts as if it were not there.
                    kind = value is >= (ulong)PieceKind.Normal and <= (ulong)PieceKind.Byte ? (PieceKind)value : kind;
                    break;
            }
        }

        Require(text.Length > 0, $"the piece {_pieces.Count} is empty");
        Require(float.IsFinite(score), $"the score of the piece {_pieces.Count} is not finite");
        return new Piece(text, score, kind);
    }

    private void ReadTraining(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            ReadOnlySpan<byte> content = Field(ref message, out int field, out int type, out ulong value);
            switch (field, type)
            {
                case (3, Varint):
                    _type = value is >= (ulong)PieceModelType.Unigram and <= (ulong)PieceModelType.Character ? (PieceModelType)value : _type;
                    break;
                case (24, Varint):
                    _normalizer = _normalizer with { PutsSpaceAtEnd = value != 0 };
                    break;
                case (35, Varint):
                    _model = _model with { HasByteFallback = value != 0 };
                    break;
                case (44, Delimited):
                    _model = _model with { UnknownSurface = Encoding.UTF8.GetString(content) };
                    break;
                case (47, Delimited):
                    _model = _model with { EndPiece = Encoding.UTF8.GetString(content) };
                    break;
            }
        }
    }

    private void ReadNormalizer(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            ReadOnlySpan<byte> content = Field(ref message, out int field, out int type, out ulong value);
            switch (field, type)
            {
                case (2, Delimited):
                    _normalizer = _normalizer with
                    {
                        Map = content.IsEmpty ? null : CharacterMap.Read(content) ?? throw Failure("the character map of the SentencePiece model is damaged"),
                    };
                    break;
                case (3, Varint):
                    _normalizer = _normalizer with { AddsDummyPrefix = value != 0 };
                    break;
                case (4, Varint):
                    _normalizer = _normalizer with { RemovesExtraSpaces = value != 0 };
                    break;
                case (5, Varint):
                    _normalizer = _normalizer with { EscapesSpaces = value != 0 };
                    break;
            }
        }
    }

    // It would change text after decoding, which cannot be done token by token.
    private void RequireNoMap(ReadOnlySpan<byte> denormalizer)
    {
        while (!denormalizer.IsEmpty)
        {
            ReadOnlySpan<byte> content = Field(ref denormalizer, out int field, out _, out _);
            Require(field != 2 || content.IsEmpty, "the SentencePiece model replaces characters in decoded text, which is not supported");
        }
    }

    private void RequireUnique()
    {
        byte[][] texts = [.. _pieces.Select(piece => piece.Text)];
        var text = new ByteStringTable(texts);
        var reserved = new ByteStringTable(texts);
        int unknown = -1;
        for (int id = 0; id < texts.Length; id++)
        {
            Require((_pieces[id].IsText ? text : reserved).TryAdd(id), $"the piece {id} is there twice");
            if (_pieces[id].Kind == PieceKind.Unknown)
            {
                Require(unknown < 0, $"the pieces {unknown} and {id} both stand for unknown text");
                unknown = id;
            }
        }

        Require(unknown >= 0, "no piece of the SentencePiece model stands for unknown text");
    }

    private void RequireBytes()
    {
        int count = 0;
        for (int id = 0; id < _pieces.Count; id++)
        {
            if (_pieces[id].Kind == PieceKind.Byte)
            {
                Require(_model.HasByteFallback, $"the piece {id} stands for a byte, but the model has no byte fallback");
                Require(IsByteName(_pieces[id].Text), $"the piece {id} should stand for a byte, written as <0x41>");
                count++;
            }
        }

        // They are all different.
        Require(!_model.HasByteFallback || count == 256, $"the model has byte fallback, but {count} of 256 pieces for bytes");
    }

    private static bool IsByteName(ReadOnlySpan<byte> text) =>
        text is [(byte)'<', (byte)'0', (byte)'x', var high, var low, (byte)'>'] && IsDigit(high) && IsDigit(low);

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9' or >= (byte)'A' and <= (byte)'F';

    /// <summary>Reads the next field of a protobuf message.</summary>
    private ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> message, out int field, out int type, out ulong value)
    {
        ulong tag = Number(ref message);
        field = (int)Math.Min(tag >> 3, int.MaxValue);
        type = (int)(tag & 7);
        value = 0;
        int length;
        switch (type)
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
                throw Damage();
        }

        if (length > message.Length)
        {
            throw Damage();
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

        throw Damage();
    }

    private void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw Failure(problem);
        }
    }

    private FileFormatException Damage() => Failure("the file is not a SentencePiece model, or it is damaged");

    private FileFormatException Failure(string problem) => new(_path, problem, TokenizerBytes.Remedy);
}
