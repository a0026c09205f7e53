using System.Text;

namespace NGpt.Core.Tests.Tokenizers;

/// <summary>Writes small SentencePiece models.</summary>
internal static class SentencePieceModel
{
    /// <summary>A model of merges with the usual control pieces and, if asked for, a piece for every byte.</summary>
    public static byte[] Sample(bool hasBytes = true, int modelType = 2)
    {
        var model = new MemoryStream();
        Piece(model, "<unk>", 0, 2);
        Piece(model, "<s>", 0, 3);
        Piece(model, "</s>", 0, 3);
        for (int value = 0; hasBytes && value < 256; value++)
        {
            Piece(model, $"<0x{value:X2}>", 0, 6);
        }

        string[] pieces = ["he", "▁t", "▁the", "in", "▁a", "ll", "llo", "▁he", "▁hello", "▁▁", "▁", "a", "e", "h", "i", "l", "n", "o", "t"];
        for (int i = 0; i < pieces.Length; i++)
        {
            Piece(model, pieces[i], -1 - i, 1);
        }

        // trainer_spec: model_type, byte_fallback, ids of the control pieces.
        Field(model, 2, [.. Varint(3, modelType), .. Varint(35, hasBytes ? 1 : 0), .. Varint(40, 0), .. Varint(41, 1), .. Varint(42, 2)]);
        // normalizer_spec: identity, with a space before the text, spaces kept and written as U+2581.
        Field(model, 3, [.. Text(1, "identity"), .. Varint(3, 1), .. Varint(4, 0), .. Varint(5, 1)]);
        return model.ToArray();
    }

    private static void Piece(MemoryStream model, string text, float score, int kind) =>
        Field(model, 1, [.. Text(1, text), (2 << 3) | 5, .. BitConverter.GetBytes(score), .. Varint(3, kind)]);

    private static byte[] Text(int field, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return [.. Number((field << 3) | 2), .. Number(utf8.Length), .. utf8];
    }

    private static byte[] Varint(int field, int value) => [.. Number(field << 3), .. Number(value)];

    private static void Field(MemoryStream model, int field, byte[] content) => model.Write([.. Number((field << 3) | 2), .. Number(content.Length), .. content]);

    private static byte[] Number(int value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
