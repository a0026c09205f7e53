using System.Globalization;
using System.Text;

namespace NGpt.Core.Tokenizers.Splitting;

/// <summary>
/// Translates regular expressions of <c>tokenizer.json</c>, which Hugging Face's library runs in Oniguruma with Ruby's syntax,
/// into .NET's: possessive quantifiers become atomic groups, <c>{1,3}+</c> repeats the repetition, <c>^</c> and <c>$</c> are at
/// line ends, classes nest and intersect. What cannot be said in .NET is rejected by name.
/// </summary>
internal sealed class OnigurumaSyntax
{
    private const int MaxDepth = 50;

    private readonly string _source;
    private int _next;
    private int _depth;

    private OnigurumaSyntax(string source) => _source = source;

    /// <summary>Translates an expression.</summary>
    /// <exception cref="ArgumentException">It is damaged, or has something that .NET has not.</exception>
    public static string Translate(string expression)
    {
        OnigurumaSyntax syntax = new(expression);
        string translated = syntax.Alternatives(default);
        return syntax._next == expression.Length ? translated : throw Problem("it has a ) too many");
    }

    private static ArgumentException Problem(string text) => new(text);

    private bool IsAt(string text) => _source.AsSpan(_next).StartsWith(text, StringComparison.Ordinal);

    private bool Skip(string text)
    {
        bool isThere = IsAt(text);
        _next += isThere ? text.Length : 0;
        return isThere;
    }

    private char Take() => _next < _source.Length ? _source[_next++] : throw Problem("it ends too early");

    private string Alternatives(Options options)
    {
        if (++_depth > MaxDepth)
        {
            throw Problem($"it is nested more than {MaxDepth} deep");
        }

        StringBuilder translated = new();
        for (bool isFirst = true; _next < _source.Length && _source[_next] != ')'; isFirst = false)
        {
            if (Skip("|"))
            {
                translated.Append('|');
            }
            else if (isFirst && IsOption(out Options changed))
            {
                // An option at the beginning of a group is for the whole group.
                options = changed;
            }
            else
            {
                translated.Append(Quantified(Atom(options)));
            }
        }

        _depth--;
        return translated.ToString();
    }

    /// <summary>Reads <c>(?i)</c> and the like.</summary>
    private bool IsOption(out Options options)
    {
        int end = _source.IndexOf(')', _next);
        options = default;
        string letters = IsAt("(?") && end > _next ? _source[(_next + 2)..end] : string.Empty;
        if (letters is not ("i" or "m" or "im" or "mi"))
        {
            return false;
        }

        options = new Options(letters.Contains('i', StringComparison.Ordinal), letters.Contains('m', StringComparison.Ordinal));
        _next = end + 1;
        return true;
    }

    private string Quantified(string atom)
    {
        while (_next < _source.Length)
        {
            if (Skip("{") && Interval() is string interval)
            {
                // Here a ? or a + behind an interval is a quantifier of its own, except that {n,m}? takes as little as it can.
                bool isLazy = interval.Contains(',', StringComparison.Ordinal) && Skip("?");
                atom = $"(?:{atom}{interval}{(isLazy ? "?" : string.Empty)})";
                continue;
            }

            char quantifier = _source[_next];
            if (quantifier is not ('?' or '*' or '+'))
            {
                break;
            }

            _next++;
            atom = Skip("+") ? $"(?>{atom}{quantifier})" : Skip("?") ? $"(?:{atom}{quantifier}?)" : $"(?:{atom}{quantifier})";
        }

        return atom;
    }

    /// <summary>Reads an interval behind its brace; null where the brace is only a brace.</summary>
    private string? Interval()
    {
        int end = _source.IndexOf('}', _next);
        string[] bounds = end < 0 ? [] : _source[_next..end].Split(',');
        bool isInterval = bounds.Length is 1 or 2 && bounds.Any(bound => bound.Length > 0) && bounds.All(bound => bound.All(char.IsAsciiDigit));
        if (!isInterval)
        {
            _next--;
            return null;
        }

        _next = end + 1;
        string least = bounds[0].Length == 0 ? "0" : bounds[0];
        return bounds.Length == 1 ? $"{{{least}}}" : $"{{{least},{bounds[1]}}}";
    }

    private string Atom(Options options)
    {
        char first = Take();
        return first switch
        {
            '(' => Group(options),
            '[' => Class(options),
            '\\' => Escape(options),
            '.' => options.DotMatchesAll ? @"[\s\S]" : @"[^\n]",
            '^' => "(?m:^)",
            '$' => "(?m:$)",
            '*' or '+' or '?' => throw Problem($"nothing stands before {first}"),
            _ => Literal(first, options),
        };
    }

    private string Group(Options options)
    {
        foreach (string start in (ReadOnlySpan<string>)["?:", "?=", "?!", "?<=", "?<!", "?>"])
        {
            if (Skip(start))
            {
                return Closed($"({start}", options);
            }
        }

        if (Skip("?#"))
        {
            while (Take() != ')')
            {
            }

            return string.Empty;
        }

        if (Skip("?<"))
        {
            // A name that nothing can refer to.
            while (Take() != '>')
            {
            }

            return Closed("(?:", options);
        }

        return Skip("?") ? Closed("(?:", GroupOptions(options)) : Closed("(?:", options);
    }

    private string Closed(string start, Options options)
    {
        string inside = Alternatives(options);
        return Take() == ')' ? $"{start}{inside})" : throw Problem("a group is not closed");
    }

    private Options GroupOptions(Options options)
    {
        bool isOn = true;
        for (char letter; (letter = Take()) != ':';)
        {
            switch (letter)
            {
                case '-':
                    isOn = false;
                    break;
                case 'i':
                    options = options with { IgnoresCase = isOn };
                    break;
                case 'm':
                    options = options with { DotMatchesAll = isOn };
                    break;
                default:
                    throw Problem($"the option (?{letter}…) is not supported");
            }
        }

        return options;
    }

    private string Escape(Options options)
    {
        char letter = Take();
        switch (letter)
        {
            case 'A' or 'z' or 'Z' or 'b' or 'B':
                return $"\\{letter}";
            case 'W':
                return $"[^{CharacterSets.WordClass}]";
            case 'H':
                return "[^0-9a-fA-F]";
            case 'R':
                return @"(?>\r\n|[\n-\r\u0085\u2028\u2029])";
            case 'G' or 'K' or 'X' or 'k' or 'g' or 'y' or 'Y' or 'N' or 'O' or (>= '1' and <= '9'):
                throw Problem($"\\{letter} is not supported");
            default:
                _next--;
                return ClassEscape(out char literal) is string set ? $"[{set}]" : Literal(literal, options);
        }
    }

    /// <summary>An escape that is allowed in classes too: a set of characters, or else one character.</summary>
    private string? ClassEscape(out char literal)
    {
        literal = Take();
        switch (literal)
        {
            case 'd' or 'D' or 's' or 'S':
                return $"\\{literal}";
            case 'w':
                return CharacterSets.WordClass;
            case 'h':
                return "0-9a-fA-F";
            case 'p' or 'P':
                return Property(isNegated: literal == 'P');
            case 'x' or 'u':
                literal = Hexadecimal(literal);
                return null;
            default:
                literal = literal switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'f' => '\f', 'v' => '\v', 'a' => '\a', 'e' => '\e', '0' => '\0', _ => literal };
                return null;
        }
    }

    private char Hexadecimal(char kind)
    {
        bool isBraced = Skip("{");
        int start = _next;
        int most = isBraced ? 8 : kind == 'u' ? 4 : 2;
        while (_next < _source.Length && _next - start < most && char.IsAsciiHexDigit(_source[_next]))
        {
            _next++;
        }

        bool isNumber = uint.TryParse(_source.AsSpan(start, _next - start), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value);
        return isNumber && (!isBraced || Skip("}")) && value <= char.MaxValue && !char.IsSurrogate((char)value)
            ? (char)value
            : throw Problem($"\\{kind} is not followed by the number of a character up to FFFF");
    }

    private string Property(bool isNegated)
    {
        bool isBraced = Skip("{");
        isNegated ^= isBraced && Skip("^");
        int end = _source.IndexOf('}', _next);
        if (!isBraced || end < 0)
        {
            throw Problem(@"\p is not followed by a name in braces");
        }

        string name = _source[_next..end];
        _next = end + 1;
        string inside = UnicodeProperty.Find(name) ?? throw Problem($"the Unicode property {name} is not supported");
        return !isNegated ? inside
            : inside.StartsWith(@"\p{", StringComparison.Ordinal) && inside.IndexOf('}', StringComparison.Ordinal) == inside.Length - 1 ? $@"\P{inside[2..]}"
            : throw Problem($@"\P{{{name}}} is not supported");
    }

    /// <summary>A class behind its bracket, as an expression for one character.</summary>
    private string Class(Options options)
    {
        if (++_depth > MaxDepth)
        {
            throw Problem($"it is nested more than {MaxDepth} deep");
        }

        bool isNegated = Skip("^");
        List<string> intersected = [];
        StringBuilder inside = new();
        List<string> nested = [];
        bool isFirst = true;
        while (!IsAt("]") || isFirst)
        {
            isFirst = false;
            if (Skip("&&"))
            {
                intersected.Add(Union(inside, nested, options));
                (inside, nested) = (new StringBuilder(), []);
            }
            else if (IsAt("[:"))
            {
                inside.Append(PosixClass());
            }
            else if (Skip("["))
            {
                nested.Add(Class(options));
            }
            else if (IsAt(@"\W") || IsAt(@"\H"))
            {
                nested.Add(Atom(options));
            }
            else
            {
                Member(inside, options);
            }
        }

        _next++;
        _depth--;
        if (intersected.Count == 0 && nested.Count == 0 && inside.Length > 0)
        {
            string set = $"[{(isNegated ? "^" : string.Empty)}{inside}]";
            return options.IgnoresCase ? $"(?i:{set})" : set;
        }

        intersected.Add(Union(inside, nested, options));
        string all = intersected.Count == 1
            ? intersected[0]
            : $"(?:{string.Concat(intersected.SkipLast(1).Select(set => $"(?={set})"))}{intersected[^1]})";
        return isNegated ? $@"(?:(?!{all})[\s\S])" : all;
    }

    private static string Union(StringBuilder inside, List<string> nested, Options options)
    {
        if (inside.Length > 0)
        {
            nested.Add(options.IgnoresCase ? $"(?i:[{inside}])" : $"[{inside}]");
        }

        return nested.Count switch
        {
            0 => throw Problem("a class is empty"),
            1 => nested[0],
            _ => $"(?:{string.Join('|', nested)})",
        };
    }

    private void Member(StringBuilder inside, Options options)
    {
        if (OneOrSet(out char first) is string set)
        {
            inside.Append(set);
            return;
        }

        char last = first;
        if (IsAt("-") && _next + 1 < _source.Length && _source[_next + 1] is not (']' or '['))
        {
            _next++;
            if (OneOrSet(out last) is not null || last < first)
            {
                throw Problem("a range in a class is upside down");
            }

            inside.Append(Escaped(first)).Append('-');
        }

        inside.Append(Escaped(last));
        if (options.IgnoresCase)
        {
            AppendFolded(inside, first, last);
        }
    }

    private string? OneOrSet(out char one)
    {
        one = Take();
        if (one == '\\')
        {
            return ClassEscape(out one);
        }

        return char.IsSurrogate(one) ? throw Problem("a character beyond U+FFFF is not supported") : null;
    }

    private string PosixClass()
    {
        int end = _source.IndexOf(":]", _next, StringComparison.Ordinal);
        string name = end < 0 ? string.Empty : _source[(_next + 2)..end];
        _next = end + 2;
        return name switch
        {
            "digit" => @"\p{Nd}",
            "space" => @"\s",
            "word" => CharacterSets.WordClass,
            "upper" => @"\p{Lu}",
            "lower" => @"\p{Ll}",
            "cntrl" => @"\p{Cc}",
            "xdigit" => "0-9a-fA-F",
            _ => throw Problem($"the class [:{name}:] is not supported"),
        };
    }

    private static string Literal(char character, Options options)
    {
        if (char.IsSurrogate(character))
        {
            throw Problem("a character beyond U+FFFF is not supported");
        }

        if (!options.IgnoresCase || !char.IsLetter(character))
        {
            return Escaped(character);
        }

        StringBuilder inside = new(Escaped(character));
        AppendFolded(inside, character, character);
        return $"(?i:[{inside}])";
    }

    // Simple case folding makes an s of the long s and a k of the Kelvin sign; .NET's tables do not.
    private static void AppendFolded(StringBuilder inside, char first, char last)
    {
        if ((first <= 's' && last >= 's') || (first <= 'S' && last >= 'S'))
        {
            inside.Append('\u017F');
        }

        if ((first <= 'k' && last >= 'k') || (first <= 'K' && last >= 'K'))
        {
            inside.Append('\u212A');
        }
    }

    private static string Escaped(char character) =>
        char.IsAsciiLetterOrDigit(character) || character > 0xA0 ? character.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");

    private readonly record struct Options(bool IgnoresCase, bool DotMatchesAll);
}

/// <summary>Unicode properties by name, as the inside of one of .NET's classes.</summary>
internal static class UnicodeProperty
{
    private const string Chinese = @"\u2E80-\u2E99\u2E9B-\u2EF3\u2F00-\u2FD5\u3005\u3007\u3021-\u3029\u3038-\u303B\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFA6D\uFA70-\uFAD9";

    private static readonly string[] Categories =
    [
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Cn", "Co",
    ];

    /// <summary>The class of a name; null where it is not known.</summary>
    public static string? Find(string name)
    {
        string plain = new([.. name.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant)]);
        return Categories.FirstOrDefault(category => category.Equals(plain, StringComparison.OrdinalIgnoreCase)) is string category ? $@"\p{{{category}}}"
            : plain switch
            {
                "letter" => @"\p{L}",
                "uppercaseletter" => @"\p{Lu}",
                "lowercaseletter" => @"\p{Ll}",
                "mark" => @"\p{M}",
                "number" => @"\p{N}",
                "decimalnumber" or "digit" => @"\p{Nd}",
                "punctuation" => @"\p{P}",
                "symbol" => @"\p{S}",
                "separator" => @"\p{Z}",
                "space" or "whitespace" => @"\s",
                "other" => @"\p{C}",
                "control" or "cntrl" => @"\p{Cc}",
                "word" => CharacterSets.WordClass,
                "han" => Chinese,
                "hiragana" => @"\u3041-\u3096\u309D-\u309F",
                "katakana" => @"\u30A1-\u30FA\u30FD-\u30FF\u31F0-\u31FF\u32D0-\u32FE\u3300-\u3357\uFF66-\uFF6F\uFF71-\uFF9D",
                _ => null,
            };
    }
}
