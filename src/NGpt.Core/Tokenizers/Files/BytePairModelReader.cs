using System.Text;
using System.Text.Json;
using NGpt.Core.Tokenizers.BytePair;
using NGpt.Core.Tokenizers.Decoding;
using NGpt.Core.Tokenizers.Normalization;
using NGpt.Core.Tokenizers.PreTokenizers;
using NGpt.Core.Tokenizers.Splitting;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>
/// From the model of a <c>tokenizer.json</c> and its steps to a tokenizer. Where a text is written in GPT-2's stand-ins for
/// bytes last, and back first, the stand-ins are left out: names become bytes, and merging begins with bytes.
/// </summary>
internal sealed class BytePairModelReader
{
    private readonly JsonChecks _checks;
    private readonly JsonElement _model;
    private readonly JsonVocabulary _vocabulary;
    private readonly AddedToken[] _added;
    private readonly bool _ignoresMerges;

    /// <summary>Begins to read.</summary>
    public BytePairModelReader(JsonChecks checks, JsonElement model, JsonVocabulary vocabulary, AddedToken[] added)
    {
        (_checks, _model, _vocabulary, _added) = (checks, model, vocabulary, added);
        _ignoresMerges = checks.Flag(model, "ignore_merges", missing: false);
    }

    /// <summary>What changes a text; null where nothing does.</summary>
    public required Normalizer? Normalizer { get; init; }

    /// <summary>The steps that cut a text.</summary>
    public required List<PreTokenizer> PreTokenizer { get; init; }

    /// <summary>The steps that make text of tokens.</summary>
    public required List<DecoderStep> Decoder { get; init; }

    /// <summary>The file.</summary>
    public required ReadOnlyMemory<byte> Source { get; init; }

    /// <summary>Reads the model.</summary>
    /// <exception cref="ArgumentException">Parts of it do not belong together; the message says how.</exception>
    public ITokenizer Read()
    {
        (string prefix, string suffix) = (Affix("continuing_subword_prefix"), Affix("end_of_word_suffix"));
        int? unknown = Unknown();
        bool fallsBack = _checks.Flag(_model, "byte_fallback", missing: false);
        _checks.Require(!fallsBack || prefix.Length + suffix.Length == 0, "\"byte_fallback\" with \"continuing_subword_prefix\" or \"end_of_word_suffix\" is not supported");
        int highest = _added.Length == 0 ? 0 : _added[^1].Id + 1;
        foreach (AddedToken token in _added.Where(token => token.IsSpecial))
        {
            // Text must not become a control token, whatever the merges say.
            _vocabulary.Remove(token.Content);
        }

        BytePairMerge[] merges = Merges(prefix);
        string?[] names = _vocabulary.Names(_added.Length, highest);
        BytePairChecks.RequireTokens([], _added);
        bool isByteLevel = prefix.Length + suffix.Length == 0 && !fallsBack && Decoder is [ByteLevelStep]
            && PreTokenizer.Count(step => step is ByteStandIns) == 1 && PreTokenizer[^1] is ByteStandIns;
        if (isByteLevel && BytesOfNames(names) is { } symbols)
        {
            return ByteLevel(names, symbols, merges);
        }

        byte[]?[] utf8 = [.. names.Select(name => name is null ? null : Encoding.UTF8.GetBytes(name))];
        var decoder = new TokenDecoder(Decoder);
        byte[][] decoded = Decoded(names, decoder);
        ByteStringTable findable = Findable(utf8);
        return new BytePairTokenizer(new TokenizerParts
        {
            Tokens = decoded,
            Merges = merges,
            AddedTokens = _added,
            Normalizer = Normalizer,
            Pattern = Pattern(PreTokenizer),
            PreTokenizer = new PreTokenizerSequence(PreTokenizer),
            Model = new BytePairModel(
                new CharacterAlphabet(findable) { ContinuingPrefix = prefix, EndSuffix = suffix, TokenOfByte = fallsBack ? Bytes() : null, Unknown = unknown, FusesUnknown = _checks.Flag(_model, "fuse_unk", missing: false) },
                Table(merges),
                _ignoresMerges ? findable : null),
            Boundaries = _ignoresMerges || prefix.Length + suffix.Length > 0 ? null : Boundaries(utf8, findable, merges),
            IgnoresMerges = _ignoresMerges,
            Decoder = decoder,
            Names = names,
            Source = Source,
        });
    }

    /// <summary>Where a space is one character with a token, it is never joined by the bytes that unknown characters become.</summary>
    private static SpaceBoundaries? Boundaries(byte[]?[] names, ByteStringTable findable, BytePairMerge[] merges)
    {
        byte[] space = Encoding.UTF8.GetBytes("▁");
        return findable.Find(space) < 0 ? null : new SpaceBoundaries(space, merges.Select(merge => names[merge.Result]!));
    }

    private static SplitPattern? Pattern(IReadOnlyList<PreTokenizer> steps) => steps switch
    {
        [] => SplitPattern.None,
        [PatternSplit split] => split.Pattern,
        _ => null,
    };

    /// <summary>The bytes of names in stand-ins; null where a byte has no token, which is then unknown.</summary>
    private static byte[]?[]? BytesOfNames(string?[] names)
    {
        var symbols = new byte[]?[names.Length];
        int single = 0;
        for (int id = 0; id < names.Length; id++)
        {
            if (names[id] is { Length: > 0 } name && ByteToUnicode.TryGetBytes(name, out symbols[id]))
            {
                single += symbols[id]!.Length == 1 ? 1 : 0;
            }
        }

        return single == 256 ? symbols : null;
    }

    private ITokenizer ByteLevel(string?[] names, byte[]?[] symbols, BytePairMerge[] merges)
    {
        SplitPattern? pattern = Pattern(PreTokenizer[..^1]);
        if (IsBytes(symbols, pattern, merges))
        {
            return new ByteTokenizer(hasEndOfText: _added.Length == 1);
        }

        // A name in other characters, and an added token that is none of the vocabulary, stand for their text.
        var tokens = new byte[names.Length][];
        for (int id = 0; id < names.Length; id++)
        {
            tokens[id] = symbols[id] ?? Encoding.UTF8.GetBytes(names[id] ?? string.Empty);
        }

        bool isStandard = Normalizer is null or UnicodeForm
            && pattern is not null && _added.All(token => token.IsPlain && (token.IsSpecial || _vocabulary.Id(token.Content) < 0))
            && names.Index().All(entry => entry.Item is null || symbols[entry.Index] is not null);
        foreach (AddedToken token in _added.Where(token => !token.IsSpecial && _vocabulary.Id(token.Content) < 0))
        {
            tokens[token.Id] = Encoding.UTF8.GetBytes(token.Content);
        }

        ByteStringTable findable = Findable(symbols);
        int[] tokenOfByte = [.. Enumerable.Range(0, 256).Select(value => findable.Find([(byte)value]))];
        return new BytePairTokenizer(new TokenizerParts
        {
            Tokens = tokens,
            Merges = merges,
            AddedTokens = _added,
            Normalizer = Normalizer,
            Pattern = pattern,
            PreTokenizer = new PreTokenizerSequence(PreTokenizer[..^1]),
            Model = new BytePairModel(new ByteAlphabet(tokenOfByte), Table(merges), _ignoresMerges ? findable : null),
            IgnoresMerges = _ignoresMerges,
            Source = isStandard ? default : Source,
        });
    }

    private bool IsBytes(byte[]?[] symbols, SplitPattern? pattern, BytePairMerge[] merges) =>
        merges.Length == 0
        && Normalizer is null
        && pattern == SplitPattern.None
        && symbols.Take(256).Index().All(entry => entry.Item is [byte value] && value == entry.Index)
        && ((symbols.Length == 256 && _added.Length == 0)
            || (symbols.Length == 257 && _added is [var only] && only == new AddedToken(256, BytePairTokenizer.EndOfTextNames[0])));

    private string Affix(string property) => JsonChecks.IsNothing(_model, property)
        ? string.Empty
        : JsonChecks.Text(_model, property) ?? throw _checks.Failure($"the model's \"{property}\" is not a string");

    private int? Unknown()
    {
        if (JsonChecks.IsNothing(_model, "unk_token"))
        {
            return null;
        }

        string? name = JsonChecks.Text(_model, "unk_token");
        int id = name is null ? -1 : _vocabulary.Id(name);
        id = id >= 0 ? id : _added.FirstOrDefault(token => token.Content == name)?.Id ?? -1;
        return id >= 0 ? id : throw _checks.Failure("the model's \"unk_token\" is not in the vocabulary");
    }

    private BytePairMerge[] Merges(string prefix)
    {
        var list = new MergeList(_vocabulary, prefix, problem => _checks.Failure(problem));
        if (_model.TryGetProperty("merges", out JsonElement merges) && merges.ValueKind != JsonValueKind.Null)
        {
            _checks.Require(merges.ValueKind == JsonValueKind.Array, "\"merges\" is not a list");
            foreach (JsonElement merge in merges.EnumerateArray())
            {
                Add(merge, list);
            }
        }

        return list.ToArray();
    }

    private void Add(JsonElement merge, MergeList list)
    {
        if (merge.ValueKind == JsonValueKind.String)
        {
            list.Add(merge.GetString()!);
            return;
        }

        _checks.Require(
            merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2 && merge[0].ValueKind == JsonValueKind.String && merge[1].ValueKind == JsonValueKind.String,
            "a merge is neither a string nor two strings");
        list.Add(merge[0].GetString()!, merge[1].GetString()!);
    }

    private static MergeTable Table(BytePairMerge[] merges)
    {
        var table = new MergeTable(merges.Length);
        for (int rank = 0; rank < merges.Length; rank++)
        {
            if (!table.TryAdd(merges[rank], rank))
            {
                throw new ArgumentException($"the merge {rank} is given twice");
            }
        }

        return table;
    }

    private static ByteStringTable Findable(byte[]?[] symbols)
    {
        var table = new ByteStringTable([.. symbols.Select(symbol => symbol ?? [])]);
        for (int id = 0; id < symbols.Length; id++)
        {
            if (symbols[id] is { Length: > 0 })
            {
                table.TryAdd(id);
            }
        }

        return table;
    }

    /// <summary>The tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>.</summary>
    private int[] Bytes() => [.. Enumerable.Range(0, 256).Select(value => _vocabulary.Id($"<0x{value:X2}>"))];

    /// <summary>What each token stands for; also completes the names by those of added tokens.</summary>
    private byte[][] Decoded(string?[] names, TokenDecoder decoder)
    {
        const int MaxLength = 64;
        const int MaxGrowth = 16;
        foreach (AddedToken token in _added.Where(token => !token.IsSpecial))
        {
            names[token.Id] = token.Content;
        }

        var budget = new TextBudget(names.Sum(name => name?.Length ?? 0));
        var decoded = new byte[names.Length][];
        for (int id = 0; id < names.Length; id++)
        {
            decoded[id] = names[id] is string name ? decoder.Bytes(name, budget) : [];
            _checks.Require(decoded[id].Length <= MaxLength + (MaxGrowth * (names[id]?.Length ?? 0)), $"the decoder makes {decoded[id].Length:N0} bytes of the token {id}");
        }

        return decoded;
    }
}
