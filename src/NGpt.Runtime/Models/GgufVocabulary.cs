using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Files.Gguf;
using NGpt.Core.Tokenizers;
using NGpt.Core.Tokenizers.Files;

namespace NGpt.Runtime.Models;

/// <summary>
/// The tokenizer of a GGUF file in llama.cpp's form, rewritten as the file that a reader of tokenizers is there for: <c>gpt2</c> as
/// a <c>tokenizer.json</c>, <c>llama</c> as a SentencePiece model. That reader checks what a vocabulary must be.
/// </summary>
internal sealed class GgufVocabulary
{
    private const string Remedy = GgufModelConfig.Remedy;
    private const string ModelKey = "tokenizer.ggml.model";
    private const string SplitKey = "tokenizer.ggml.pre";
    private const string BeginKey = "tokenizer.ggml.bos_token_id";
    private const string AddsBeginKey = "tokenizer.ggml.add_bos_token";

    // Control tokens that end a turn of a conversation or a text, where the file does not name them by a key.
    private static readonly string[] EndNames =
        ["<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>", "</s>"];

    // llama.cpp's names of pre-tokenizers, as expressions that are applied one after the other.
    private static readonly Split[] Splits =
    [
        new(["gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "gigachat", "a.x-4.0", "mellum", "exaone4"], [SplitPattern.Gpt2.Expression]),
        new(["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"], [SplitPattern.Gpt4.Expression]) { IgnoresMerges = true, AddsBegin = true },
        new(["dbrx", "smaug-bpe"], [SplitPattern.Gpt4.Expression]),
        new(["qwen2", "deepseek-r1-qwen", "stablelm2", "megrez", "kormo", "hunyuan", "solar-open"], [SplitPattern.Qwen2.Expression]),
        new(["smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"], [@"\p{N}", SplitPattern.Gpt2.Expression]),
        new(["gpt-4o", "llama4", "kanana2"], [KnownRanks.O200kExpression]),
    ];

    private readonly GgufFile _file;
    private readonly string[] _tokens;
    private readonly TokenType[] _types;

    private GgufVocabulary(GgufFile file)
    {
        _file = file;
        _tokens = file.Array<string>(GgufShapeReader.TokensKey).ToArray();
        int[] types = file.Array<int>("tokenizer.ggml.token_type").ToArray();
        RequireLength("tokenizer.ggml.token_type", types.Length);
        int strange = Array.FindIndex(types, type => type is < (int)TokenType.Normal or > (int)TokenType.Byte);
        _types = strange < 0 ? [.. types.Select(type => (TokenType)type)] : throw Failure($"token {strange} has the type {types[strange]}; 1 to 6 are read");
    }

    // As in SentencePiece's own files.
    private enum TokenType
    {
        Normal = 1,
        Unknown = 2,
        Control = 3,
        UserDefined = 4,
        Unused = 5,
        Byte = 6,
    }

    /// <summary>Reads the tokenizer of a file.</summary>
    /// <exception cref="FileFormatException">The file has none, or one that is damaged or not read here.</exception>
    public static ITokenizer Read(GgufFile file)
    {
        string model = file.Text(ModelKey);
        return model is "gpt2" or "llama"
            ? new GgufVocabulary(file).Read(isSentencePiece: model == "llama")
            : throw new FileFormatException(file.Path, $"{ModelKey} is {Quoted.Name(model)}; gpt2 and llama are read", Remedy);
    }

    private GgufTokenizer Read(bool isSentencePiece)
    {
        RejectUnsupported();
        Split? split = isSentencePiece ? null : FindSplit();
        int? begin = Token(BeginKey) ?? (isSentencePiece ? UsualControl(1) : null);
        int? end = Token("tokenizer.ggml.eos_token_id") ?? (isSentencePiece ? UsualControl(2) : null);
        bool addsBegin = Flag(AddsBeginKey, missing: split?.AddsBegin ?? true);
        if (addsBegin && begin is null)
        {
            throw Failure($"{AddsBeginKey} is true and {BeginKey} is missing");
        }

        IEnumerable<int?> ends = [end, Token("tokenizer.ggml.eot_token_id"), Token("tokenizer.ggml.eom_token_id")];
        ITokenizer tokenizer = split is null ? SentencePieceReader.Read(_file.Path, Pieces()) : TokenizerFile.Parse(Json(split), _file.Path);
        return new GgufTokenizer(tokenizer, addsBegin ? begin : end ?? begin, addsBegin, [.. ends.OfType<int>(), .. ControlTokens(EndNames)]);
    }

    private void RejectUnsupported()
    {
        foreach (string key in (ReadOnlySpan<string>)["tokenizer.ggml.add_eos_token", "tokenizer.ggml.add_sep_token"])
        {
            if (Flag(key, missing: false))
            {
                throw Failure($"{key} is true: a prompt that ends with a token of its own cannot be continued");
            }
        }

        if (_file.Metadata.ContainsKey("tokenizer.ggml.precompiled_charsmap"))
        {
            throw Failure("tokenizer.ggml.precompiled_charsmap is not supported");
        }
    }

    private Split FindSplit()
    {
        if (!_file.Metadata.ContainsKey(SplitKey))
        {
            throw Failure($"{SplitKey}, which names the pre-tokenizer, is missing");
        }

        string name = _file.Text(SplitKey);
        return Splits.FirstOrDefault(split => split.Names.Contains(name))
            ?? throw Failure($"{SplitKey} is {Quoted.Name(name)}; expected one of {string.Join(", ", Splits.SelectMany(split => split.Names))}");
    }

    private int? Token(string key)
    {
        if (!_file.Metadata.ContainsKey(key))
        {
            return null;
        }

        long id = _file.Integer(key);
        return id >= 0 && id < _tokens.Length ? (int)id : throw Failure($"{key} is {id}; the vocabulary has {_tokens.Length:N0} tokens");
    }

    private bool Flag(string key, bool missing) => !_file.Metadata.TryGetValue(key, out GgufValue? value) ? missing
        : value.TryFlag(out bool flag) ? flag
        : throw Failure($"{key} is {value}; expected a truth value");

    private int? UsualControl(int id) => id < _types.Length && _types[id] == TokenType.Control ? id : null;

    private IEnumerable<int> ControlTokens(string[] names) =>
        Enumerable.Range(0, _tokens.Length).Where(id => _types[id] == TokenType.Control && names.Contains(_tokens[id]));

    private byte[] Json(Split split)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteAddedTokens(json);
            WriteSteps(json, split);
            json.WriteStartObject("decoder");
            json.WriteString("type", "ByteLevel");
            json.WriteEndObject();
            json.WriteStartObject("model");
            json.WriteString("type", "BPE");
            json.WriteBoolean("ignore_merges", split.IgnoresMerges);
            json.WriteStartObject("vocab");
            for (int id = 0; id < _tokens.Length; id++)
            {
                if (_types[id] == TokenType.Normal)
                {
                    json.WriteNumber(_tokens[id], id);
                }
            }

            json.WriteEndObject();
            json.WriteStartArray("merges");
            foreach (string merge in _file.Array<string>("tokenizer.ggml.merges").Span)
            {
                json.WriteStringValue(merge);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    // Those that plain text never becomes, and those of its users, which are cut out of a text before all else.
    private void WriteAddedTokens(Utf8JsonWriter json)
    {
        json.WriteStartArray("added_tokens");
        for (int id = 0; id < _tokens.Length; id++)
        {
            if (_types[id] == TokenType.Byte)
            {
                throw Failure($"token {id} has the type {(int)TokenType.Byte}, which byte-level tokenizers have not");
            }

            if (_types[id] != TokenType.Normal)
            {
                json.WriteStartObject();
                json.WriteNumber("id", id);
                json.WriteString("content", _tokens[id]);
                json.WriteBoolean("special", _types[id] != TokenType.UserDefined);
                json.WriteBoolean("normalized", false);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static void WriteSteps(Utf8JsonWriter json, Split split)
    {
        json.WriteStartObject("pre_tokenizer");
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        foreach (string expression in split.Expressions)
        {
            json.WriteStartObject();
            json.WriteString("type", "Split");
            json.WriteStartObject("pattern");
            json.WriteString("Regex", expression);
            json.WriteEndObject();
            json.WriteString("behavior", "Isolated");
            json.WriteEndObject();
        }

        json.WriteStartObject();
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("use_regex", false);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private byte[] Pieces()
    {
        ReadOnlySpan<float> scores = _file.Array<float>("tokenizer.ggml.scores").Span;
        RequireLength("tokenizer.ggml.scores", scores.Length);
        SentencePieceWriter writer = new();
        for (int id = 0; id < _tokens.Length; id++)
        {
            writer.AddPiece(Encoding.UTF8.GetBytes(_tokens[id]), scores[id], (int)_types[id]);
        }

        writer.AddSettings(
            hasByteFallback: _types.Contains(TokenType.Byte),
            addsDummyPrefix: Flag("tokenizer.ggml.add_space_prefix", missing: true),
            removesExtraSpaces: Flag("tokenizer.ggml.remove_extra_whitespaces", missing: false));
        return writer.ToArray();
    }

    private void RequireLength(string key, int length)
    {
        if (length != _tokens.Length)
        {
            throw Failure($"{key} has {length:N0} entries for {_tokens.Length:N0} tokens");
        }
    }

    private FileFormatException Failure(string problem) => new(_file.Path, problem, Remedy);

    private sealed record Split(string[] Names, string[] Expressions)
    {
        /// <summary>Whether a piece that is a token as a whole is that token, whatever the merges say.</summary>
        public bool IgnoresMerges { get; init; }

        /// <summary>Whether prompts begin with the token for that, where the file does not say.</summary>
        public bool AddsBegin { get; init; }
    }
}
