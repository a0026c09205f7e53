using System.Globalization;
using NGpt.Core.Files.Gguf;
using NGpt.Core.Tokenizers;

namespace NGpt.Runtime.Quantization;

/// <summary>
/// A tokenizer in the form that llama.cpp reads: byte-level BPE as <c>tokenizer.ggml.model</c> = <c>gpt2</c>, its tokens and
/// merges in GPT-2's printable stand-ins for bytes. Bytes are such a tokenizer without merges.
/// </summary>
internal sealed class LlamaTokenizer
{
    private const string Model = "tokenizer.ggml.model";
    private const int Normal = 1;
    private const int Control = 3;
    private const int UserDefined = 4;
    private const int Unused = 5;

    private LlamaTokenizer(string? problem) => Problem = problem;

    /// <summary>Why the tokenizer has no such form, human-readable; null where it has one.</summary>
    public string? Problem { get; }

    /// <summary>Keys and values. Without a form they say that the file has no tokenizer, and token ids alone can be used.</summary>
    public IReadOnlyList<KeyValuePair<string, GgufValue>> Metadata { get; private init; } = [];

    /// <summary>
    /// Translates a tokenizer. <paramref name="vocabularySize"/>: V, the model's number of tokens, at least the tokenizer's.
    /// </summary>
    public static LlamaTokenizer Of(ITokenizer tokenizer, int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, tokenizer.VocabularySize);
        return tokenizer switch
        {
            ByteTokenizer bytes => new LlamaTokenizer(null) { Metadata = Describe(bytes, vocabularySize, "gpt-2", [], EndOfText(bytes)) },
            BytePairTokenizer pairs when PreTokenizer(pairs) is string name => new LlamaTokenizer(null)
            {
                Metadata = Describe(pairs, vocabularySize, name, Merges(pairs), pairs.AddedTokens),
            },
            BytePairTokenizer { Normalizer: not null } => None("llama.cpp does not normalize texts as this tokenizer does"),
            BytePairTokenizer pairs => None($"llama.cpp has no name for how this tokenizer cuts texts ({pairs.Pattern?.Name ?? "several steps"}{(pairs.IgnoresMerges ? ", whole words first" : "")})"),
            _ => None($"llama.cpp has no tokenizer of this kind ({tokenizer.Name})"),
        };
    }

    private static LlamaTokenizer None(string problem) => new(problem) { Metadata = [KeyValuePair.Create(Model, GgufValue.Of("none"))] };

    // llama.cpp knows split patterns by name alone; the names also decide whether a whole word that is a token is that token.
    private static string? PreTokenizer(BytePairTokenizer tokenizer) => tokenizer is not { Source.IsEmpty: true, Normalizer: null, Pattern: { } pattern } ? null : (pattern.Name, tokenizer.IgnoresMerges) switch
    {
        ("gpt2", false) => "gpt-2",
        ("gpt4", false) => "dbrx",
        ("gpt4", true) => "llama-bpe",
        ("qwen2", false) => "qwen2",
        _ => null,
    };

    private static IReadOnlyList<AddedToken> EndOfText(ByteTokenizer tokenizer) =>
        tokenizer.EndOfText is int id ? [new AddedToken(id, BytePairTokenizer.EndOfTextNames[0])] : [];

    private static string[] Merges(BytePairTokenizer tokenizer) =>
        [.. tokenizer.Merges.Select(merge => $"{NameOf(tokenizer, merge.Left)} {NameOf(tokenizer, merge.Right)}")];

    private static string NameOf(ITokenizer tokenizer, int token) => ByteToUnicode.Name(tokenizer.TokenBytes(token));

    private static List<KeyValuePair<string, GgufValue>> Describe(
        ITokenizer tokenizer, int vocabularySize, string preTokenizer, string[] merges, IReadOnlyList<AddedToken> added)
    {
        Dictionary<int, AddedToken> special = added.ToDictionary(token => token.Id);
        string[] tokens = new string[vocabularySize];
        int[] types = new int[vocabularySize];
        for (int id = 0; id < vocabularySize; id++)
        {
            (tokens[id], types[id]) = special.TryGetValue(id, out AddedToken? token) ? (token.Content, token.IsSpecial ? Control : UserDefined)
                : id < tokenizer.VocabularySize && !tokenizer.TokenBytes(id).IsEmpty ? (NameOf(tokenizer, id), Normal)
                : (string.Create(CultureInfo.InvariantCulture, $"[PAD{id}]"), Unused);
        }

        List<KeyValuePair<string, GgufValue>> metadata =
        [
            KeyValuePair.Create(Model, GgufValue.Of("gpt2")),
            KeyValuePair.Create("tokenizer.ggml.pre", GgufValue.Of(preTokenizer)),
            KeyValuePair.Create("tokenizer.ggml.tokens", GgufValue.OfArray<string>(tokens)),
            KeyValuePair.Create("tokenizer.ggml.token_type", GgufValue.OfArray<int>(types)),
            KeyValuePair.Create("tokenizer.ggml.merges", GgufValue.OfArray<string>(merges)),
            KeyValuePair.Create("tokenizer.ggml.add_bos_token", GgufValue.Of(false)),
            KeyValuePair.Create("tokenizer.ggml.add_eos_token", GgufValue.Of(false)),
        ];
        // Where there is none, llama.cpp takes token 11 for it: of our own tokenizers that is the byte of the vertical tab.
        if (tokenizer.EndOfText is int end)
        {
            metadata.Add(KeyValuePair.Create("tokenizer.ggml.bos_token_id", GgufValue.Of((uint)end)));
            metadata.Add(KeyValuePair.Create("tokenizer.ggml.eos_token_id", GgufValue.Of((uint)end)));
        }

        return metadata;
    }
}
