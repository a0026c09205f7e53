using System.Buffers;
using System.Buffers.Binary;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>Writes a SentencePiece model of merges: the protobuf message that <see cref="SentencePieceReader"/> reads.</summary>
internal sealed class SentencePieceWriter
{
    private const int Varint = 0;
    private const int Delimited = 2;
    private const int Fixed32 = 5;
    private const int BytePairs = 2;

    private readonly ArrayBufferWriter<byte> _model = new();

    /// <summary>Adds the next piece. <paramref name="kind"/>: its number in the format.</summary>
    public void AddPiece(ReadOnlySpan<byte> text, float score, int kind)
    {
        ArrayBufferWriter<byte> piece = new();
        WriteField(piece, 1, text);
        WriteNumber(piece, (2 << 3) | Fixed32);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, score);
        piece.Write(bytes);
        WriteField(piece, 3, kind);
        WriteField(_model, 1, piece.WrittenSpan);
    }

    /// <summary>Adds what is not about one piece.</summary>
    public void AddSettings(bool hasByteFallback, bool addsDummyPrefix, bool removesExtraSpaces)
    {
        ArrayBufferWriter<byte> training = new();
        WriteField(training, 3, BytePairs);
        WriteField(training, 35, hasByteFallback ? 1 : 0);
        WriteField(_model, 2, training.WrittenSpan);
        ArrayBufferWriter<byte> normalizer = new();
        WriteField(normalizer, 3, addsDummyPrefix ? 1 : 0);
        WriteField(normalizer, 4, removesExtraSpaces ? 1 : 0);
        WriteField(normalizer, 5, 1);
        WriteField(_model, 3, normalizer.WrittenSpan);
    }

    /// <summary>The model.</summary>
    public byte[] ToArray() => _model.WrittenSpan.ToArray();

    private static void WriteField(IBufferWriter<byte> message, int field, int number)
    {
        WriteNumber(message, (field << 3) | Varint);
        WriteNumber(message, number);
    }

    private static void WriteField(IBufferWriter<byte> message, int field, ReadOnlySpan<byte> content)
    {
        WriteNumber(message, (field << 3) | Delimited);
        WriteNumber(message, content.Length);
        message.Write(content);
    }

    private static void WriteNumber(IBufferWriter<byte> message, int number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            message.Write([(byte)(number | 0x80)]);
        }

        message.Write([(byte)number]);
    }
}
