using System.Globalization;
using System.Text;

namespace NGpt.TokenizerConformance;

/// <summary>Strings in which tokenizers differ: languages, code, emoji, digits, white space, controls, marks, and anything at all. A string depends on the seed and its number alone.</summary>
/// <param name="seed">The seed.</param>
/// <param name="addedTokens">Contents of added tokens, which occur in some of the strings.</param>
internal sealed class SampleStrings(int seed, IReadOnlyList<string> addedTokens)
{
    private static readonly string[] Sentences =
    [
        "The quick brown fox jumps over the lazy dog; it's what they'd said, isn't it? WE'LL SEE, I'M SURE they've gone.",
        "Größenwahn, Fußgänger und Straßenbahn: zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.",
        "Dès Noël, où un zéphyr haï me vêt de glaçons würmiens, je dîne d'exquis rôtis de bœuf au kir, à l'aÿ d'âge mûr.",
        "El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia y frío; añoraba a su querido cachorro.",
        "Съешь же ещё этих мягких французских булок, да выпей чаю. Ёлка, йод, объём.",
        "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. ΟΔΥΣΣΕΥΣ, οδυσσεύς.",
        "نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر ومغلف بجلد أزرق. الْعَرَبِيَّة ١٢٣",
        "דג סקרן שט בים מאוכזב ולפתע מצא חברה. שָׁלוֹם",
        "ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश करने वाले विष्णुवतार भगवान श्रीराम। क़ख़ग़",
        "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า กว่าบรรดาฝูงสัตว์เดรัจฉาน",
        "いろはにほへと ちりぬるを。日本語の文章、カタカナとひらがな、漢字。ガギグ ｶﾞｷﾞｸﾞ",
        "我能吞下玻璃而不伤身体。我能吞下玻璃而不傷身體。２０２６年１１月，「你好」！",
        "키스의 고유조건은 입술끼리 만나야 하고 특별한 기술은 필요치 않다. ㄱㄴㄷ 각각 힣",
        "Đất nước Việt Nam, tiếng Việt có dấu: ắ ằ ẳ ẵ ặ ở ỡ ợ.",
        "İstanbul'da ILIK ışık, Iğdır; ǅ ǆ Ǆ ß ẞ ſ K Å Ω ﬁ ﬂ ﬀ ﬆ",
        "ქართული ენა, Հայերեն լեզու, ភាសាខ្មែរ, ພາສາລາວ, မြန်မာဘာသာ, བོད་ཡིག, አማርኛ, ᏣᎳᎩ",
    ];

    private static readonly string[] Code =
    [
        "for (int i = 0; i < n; i++)\n{\n    sum += a[i] * b[i];\n}\n\n", "\tif x is not None:\n\t\treturn {k: v**2 for k, v in d.items()}\n",
        "<div class=\"a b\">&nbsp;</div>\r\n<!-- x -->\r\n", "SELECT * FROM t WHERE a='b' AND c<>10.5e-3; --x", "const f=async(x)=>await y?.z??`${x}`;//…",
        "#!/usr/bin/env bash\nset -euo pipefail\n$(cat \"$1\" | sed 's/a/b/g')", "\\frac{a}{b} \\sum_{i=0}^{n} x_i^2 \\\\", "std::vector<std::pair<int,double>> v{{1,2.0}};",
        "getHTTPResponseCode2XMLParser snake_case_name CONST_VALUE camelCase kebab-case", "https://example.org/a/b?c=d&e=%20f#g", "{\"a\": [1, 2.5e10, null, true]}",
    ];

    private static readonly string[] Emoji =
    [
        "👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪🇫🇷", "❤️", "1️⃣", "😀😀😀", "👨🏿‍💻", "☺︎", "🫠🫨🪿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    ];

    private static readonly string[] Contractions = ["'s", "'S", "'t", "'T", "'re", "'RE", "'ve", "'m", "'ll", "'LL", "'d", "'ſ", "’s", "''s", "'", "'x", "'rE", "'l", "'v"];

    private static readonly string[] Spaces =
        [" ", "  ", "   ", "\n", "\r\n", "\r", "\t", "\n\n", " \n", "\n ", "\u00A0", "\u3000", "\u2003", "\u2028", "\u2029", "\u0085", "\v", "\f", "\u1680", "\u202F", "\u200B", "\uFEFF", "\u180E", "        ", "\t\t\t\t", " \t \n \r\n  "];

    private static readonly string[] Marks = ["\u0301", "\u0300", "\u0308", "\u0323", "\u0327", "\u20DD", "\u0345", "\u0334", "\u093C", "\u064B", "\u0651", "\u05BC", "\u3099", "\u309A", "\u1161", "\u11A8", "\u200D", "\u200C", "\uFE0F", "\u0338"];

    private const string Bases = "eaoçA日क";
    private const string Signs = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~—…«»„“”‚‘’·•";

    private static readonly Rune[] Digits = [.. Scalars().Where(character => Rune.GetUnicodeCategory(character) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber)];
    private static readonly Rune[] All = [.. Scalars()];

    /// <summary>One of the strings.</summary>
    public string this[int number]
    {
        get
        {
            Random random = new(unchecked((seed * 1_000_003) + number));
            StringBuilder text = new();
            for (int parts = 1 + random.Next(6); parts > 0; parts--)
            {
                text.Append(Part(random));
            }

            return text.ToString();
        }
    }

    private static IEnumerable<Rune> Scalars() => Enumerable.Range(1, 0x10FFFF).Where(Rune.IsValid).Select(value => new Rune(value));

    private string Part(Random random) => random.Next(16) switch
    {
        0 or 1 or 2 => Stretch(Pick(Sentences, random), random),
        3 => Stretch(Pick(Code, random), random),
        4 => Repeated(random, 4, () => Pick(Emoji, random)),
        5 => Repeated(random, 8, () => random.Next(2) == 0 ? Pick(Digits, random).ToString() : ((char)('0' + random.Next(10))).ToString()),
        6 => Repeated(random, 6, () => Pick(Spaces, random)),
        7 => Repeated(random, 4, () => Pick(All, random).ToString()),
        8 => Repeated(random, 6, () => new Rune(random.Next(1, 0x80)).ToString()),
        9 => Bases[random.Next(Bases.Length)] + Repeated(random, 4, () => Pick(Marks, random)),
        10 => new string((char)('a' + random.Next(26)), 1 + random.Next(80)),
        11 => Repeated(random, 3, () => Stretch("word Word's WORD", random) + Pick(Contractions, random)),
        12 => Repeated(random, 12, () => ((char)random.Next(0xA1, 0x600)).ToString()),
        13 => Repeated(random, 10, () => Signs[random.Next(Signs.Length)].ToString()),
        14 when addedTokens.Count > 0 => (random.Next(2) == 0 ? " " : string.Empty) + addedTokens[random.Next(addedTokens.Count)] + (random.Next(2) == 0 ? " " : string.Empty),
        _ => " " + Stretch(Pick(Sentences, random), random) + "\n",
    };

    private static T Pick<T>(T[] items, Random random) => items[random.Next(items.Length)];

    private static string Repeated(Random random, int most, Func<string> next) => string.Concat(Enumerable.Range(0, 1 + random.Next(most)).Select(_ => next()));

    private static string Stretch(string text, Random random)
    {
        int[] starts = StringInfo.ParseCombiningCharacters(text);
        int first = random.Next(starts.Length);
        int last = random.Next(first, starts.Length);
        return text[starts[first]..(last + 1 == starts.Length ? text.Length : starts[last])];
    }
}
