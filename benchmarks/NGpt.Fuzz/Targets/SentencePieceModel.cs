using System.Text;

namespace NGpt.Fuzz.Targets;

/// <summary>Writes small SentencePiece models.</summary>
internal static class SentencePieceModel
{
    private static readonly string[] Pieces = ["he", "▁t", "▁the", "in", "▁a", "ll", "llo", "▁he", "▁hello", "▁▁", "▁", "a", "e", "h", "i", "l", "n", "o", "t"];

    /// <summary>A model of merges with the usual control pieces and, if asked for, a piece for every byte.</summary>
    public static byte[] Sample(bool hasBytes = true, int modelType = 2) => Of(modelType, hasBytes, [.. Pieces.Select((piece, i) => (piece, -1f - i))]);

    /// <summary>A model with some pieces behind the control pieces and those of bytes.</summary>
    public static byte[] Of(int modelType, bool hasBytes, params (string Text, float Score)[] pieces) =>
        Written(modelType, hasBytes, hasBytes, [.. pieces.Select(piece => (piece.Text, piece.Score, 1))], []);

    /// <summary>A model with one piece of some kind, and none for bytes.</summary>
    public static byte[] Of(int modelType, bool hasByteFallback, string piece, int kind) => Written(modelType, hasByteFallback, hasBytes: false, [(piece, -1, kind)], []);

    /// <summary>A model with pieces for bytes and a character map.</summary>
    public static byte[] WithMap(byte[] map) =>
        Written(2, hasByteFallback: true, hasBytes: true, [.. Pieces.Select((piece, i) => (piece, -1f - i, 1))], [.. Number((2 << 3) | 2), .. Number(map.Length), .. map]);

    /// <summary>A model with pieces of every kind, and a map that makes "ll" of "z" and nothing of "\t".</summary>
    public static byte[] Mixed(int modelType) => Written(
        modelType,
        hasByteFallback: false,
        hasBytes: false,
        [("<user>", 0, 4), ("the", 0, 4), ("▁hell", -3, 5), .. Pieces.Select((piece, i) => (piece, -1f - i, 1))],
        [.. Number((2 << 3) | 2), .. Number(SmallMap.Length), .. SmallMap]);

    // The root's children lie at 256 ^ byte; the leaves of both are at their own offset.
    private static byte[] SmallMap
    {
        get
        {
            var units = new uint[1024];
            units[0] = 256 << 10;
            Add('z', 600, 0);
            Add('\t', 700, 3);
            return [.. BitConverter.GetBytes(units.Length * sizeof(uint)), .. units.SelectMany(BitConverter.GetBytes), .. "ll\0\0"u8];

            void Add(char label, uint leaf, uint place)
            {
                uint index = 256u ^ label;
                units[index] = label | (1u << 8) | ((index ^ leaf) << 10);
                units[leaf] = (1u << 31) | place;
            }
        }
    }

    private static byte[] Written(int modelType, bool hasByteFallback, bool hasBytes, (string Text, float Score, int Kind)[] pieces, byte[] map)
    {
        var model = new MemoryStream();
        Piece(model, "<unk>", 0, 2);
        Piece(model, "<s>", 0, 3);
        Piece(model, "</s>", 0, 3);
        for (int value = 0; hasBytes && value < 256; value++)
        {
            Piece(model, $"<0x{value:X2}>", 0, 6);
        }

        foreach ((string text, float score, int kind) in pieces)
        {
            Piece(model, text, score, kind);
        }

        // trainer_spec: model_type, byte_fallback, ids of the control pieces.
        Field(model, 2, [.. Varint(3, modelType), .. Varint(35, hasByteFallback ? 1 : 0), .. Varint(40, 0), .. Varint(41, 1), .. Varint(42, 2)]);
        // normalizer_spec: a space before the text, spaces kept and written as U+2581.
        Field(model, 3, [.. Text(1, "identity"), .. map, .. Varint(3, 1), .. Varint(4, 0), .. Varint(5, 1)]);
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
