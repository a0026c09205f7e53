using System.Text;

namespace NGpt.SentencePieceConformance;

/// <summary>Lines to compare: those of texts, and made ones with everything that normalizers and byte fallback treat in a way of their own.</summary>
internal sealed class SampleLines
{
    private static readonly string[] Parts =
    [
        " ", "  ", "   ", "        ", "\t", "\r", "\v", "\f", "\u0000", "\u0001", "\u001B", "\u007F", "\u0085", "\u00A0", "\u00AD", "\u1680", "\u2003", "\u200B", "\u200C", "\u200D", "\u200E", "\u2028",
        "\u2029", "\u202F", "\u2060", "\u3000", "\uFEFF", "\u2581", "\u2581\u2581", "a\u2581b", "\uFFFD", "\uFFFE", "\U0010FFFF",
        "e\u0301", "a\u0308\u0323", "\u0344", "\u0958", "\u0300\u0301\u0302", "\u1100\u1161\u11A8", "\uAC01", "ﬁ", "ﬃ", "①", "㍿", "Å", "Ω", "ｆｕｌｌ", "１２３", "ｶﾞ", "ǆ", "ß", "ẞ", "İ", "ı", "ς", "Σ", "Ǆ", "ﷺ", "¨", "½", "²",
        "😀", "👩\u200D👩\u200D👧", "🏳\uFE0F\u200D🌈", "👍🏽", "🇩🇪", "1\uFE0F\u20E3", "🦙",
        "aaa", "aaaaaaaaaaaaaaa", "the", "The", "THE", " hello", "world ", "ing", "'s", "12345", "3.14", "x=1;", "{}", "()", "//", "<unk>", "<s>", "</s>", "<0x41>", "<user>", "<user> <user>", "[SEP]", "日本語", "中文字符", "русский", "العربية", "हिन्दी", "한국어", "ไทย", "ελληνικά",
    ];

    private readonly byte[][] _textLines;

    /// <summary>Reads texts and makes as many lines more.</summary>
    public SampleLines(IEnumerable<string> texts, int count)
    {
        _textLines = [.. texts.SelectMany(file => File.ReadLines(file).Take(count)).Where(line => line.Length > 0).Select(Encoding.UTF8.GetBytes)];
        var random = new Random(1);
        Lines = [.. _textLines, .. Enumerable.Range(0, count).Select(i => Made(random, i))];
    }

    /// <summary>The lines.</summary>
    public IReadOnlyList<byte[]> Lines { get; }

    /// <summary>Writes what models are trained on: every other line of the texts, so that the others have unknown characters.</summary>
    public string TrainingText(string folder)
    {
        string path = Path.Combine(folder, "training.txt");
        File.WriteAllLines(path, _textLines.Where((_, i) => i % 2 == 0).Take(40_000).Select(line => Encoding.UTF8.GetString(line).Replace("\0", "", StringComparison.Ordinal)));
        return path;
    }

    private byte[] Made(Random random, int index)
    {
        var line = new List<byte>();
        int parts = random.Next(1, index % 50 == 0 ? 200 : 12);
        for (int i = 0; i < parts; i++)
        {
            switch (random.Next(10))
            {
                case < 6:
                    line.AddRange(Encoding.UTF8.GetBytes(Parts[random.Next(Parts.Length)]));
                    break;
                case 6:
                    line.AddRange(Encoding.UTF8.GetBytes(Character(random).ToString()));
                    break;
                case 7 when index % 4 == 0:
                    line.Add((byte)random.Next(128, 256));
                    break;
                default:
                    byte[] other = _textLines[random.Next(_textLines.Length)];
                    int start = random.Next(other.Length);
                    line.AddRange(other.AsSpan(start, Math.Min(random.Next(1, 12), other.Length - start)));
                    break;
            }
        }

        line.RemoveAll(value => value == '\n');
        return [.. line];
    }

    private static Rune Character(Random random)
    {
        for (int limit = 1 << random.Next(8, 21); ;)
        {
            if (Rune.TryCreate(random.Next(Math.Min(limit, 0x11_0000)), out Rune character))
            {
                return character;
            }
        }
    }
}
