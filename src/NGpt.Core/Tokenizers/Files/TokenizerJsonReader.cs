using System.Text;
using System.Text.Json;
using NGpt.Core.Tokenizers.Decoding;
using NGpt.Core.Tokenizers.PreTokenizers;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>Reads a <c>tokenizer.json</c>: from its steps to a tokenizer with the same ids as in Hugging Face's library.</summary>
internal sealed class TokenizerJsonReader
{
    // They add tokens around a text or move offsets; the text's own tokens are the same without them.
    private static readonly string[] HarmlessPostProcessors = ["none", "ByteLevel", "TemplateProcessing", "BertProcessing", "RobertaProcessing"];

    private readonly string _path;
    private readonly ReadOnlyMemory<byte> _source;
    private readonly JsonChecks _checks;
    private readonly Action<string>? _onWarning;

    private TokenizerJsonReader(string path, ReadOnlyMemory<byte> source, JsonChecks checks, Action<string>? onWarning) =>
        (_path, _source, _checks, _onWarning) = (path, source, checks, onWarning);

    /// <summary>Reads a file.</summary>
    public static ITokenizer Read(string path, Action<string>? onWarning) => Parse(TokenizerBytes.Read(path), path, onWarning);

    /// <summary>Reads the text of a <c>tokenizer.json</c> that lies inside another file.</summary>
    public static ITokenizer Parse(ReadOnlyMemory<byte> utf8, string path, Action<string>? onWarning = null) =>
        JsonChecks.Parse(utf8, path, (root, checks) => new TokenizerJsonReader(path, JsonChecks.WithoutMark(utf8), checks, onWarning).Read(root));

    private ITokenizer Read(JsonElement root)
    {
        if (root.TryGetProperty(TokenizerJsonWriter.SentencePieceProperty, out JsonElement pieces))
        {
            _checks.Require(pieces.ValueKind == JsonValueKind.String && pieces.TryGetBytesFromBase64(out _), $"\"{TokenizerJsonWriter.SentencePieceProperty}\" is not base64");
            return SentencePieceReader.Read(_path, pieces.GetBytesFromBase64());
        }

        foreach (string property in (ReadOnlySpan<string>)["truncation", "padding"])
        {
            if (!JsonChecks.IsNothing(root, property))
            {
                _onWarning?.Invoke($"{_path}: \"{property}\" is ignored: texts are encoded whole");
            }
        }

        JsonElement model = Model(root);
        CheckPostProcessor(root);
        var vocabulary = new JsonVocabulary(model.GetProperty("vocab"), _checks);
        AddedToken[] added = [.. _checks.Objects(root, "added_tokens").Select((token, index) => ReadAdded(token, index, vocabulary)).OrderBy(token => token.Id)];
        List<PreTokenizer> preTokenizer = new PreTokenizerReader(_checks).Read(root);
        List<DecoderStep> decoder = new DecoderReader(_checks).Read(root);
        bool hasMerges = model.TryGetProperty("merges", out JsonElement merges) && merges.ValueKind != JsonValueKind.Null && !(merges.ValueKind == JsonValueKind.Array && merges.GetArrayLength() == 0);
        try
        {
            if (!hasMerges && decoder is [FuseStep] && preTokenizer.Count == 0 && JsonChecks.IsNothing(root, "normalizer"))
            {
                return Characters(model, vocabulary, added);
            }

            return new BytePairModelReader(_checks, model, vocabulary, added)
            {
                Normalizer = new NormalizerReader(_checks).Read(root),
                PreTokenizer = preTokenizer,
                Decoder = decoder,
                Source = _source,
            }.Read();
        }
        catch (ArgumentException error)
        {
            throw _checks.Failure(error.Message);
        }
    }

    private JsonElement Model(JsonElement root)
    {
        const string OtherModel = "use byte-pair encoding: the SentencePiece model (tokenizer.model) that such tokenizers often have beside them, or a tokenizer of your own (ngpt tokenizer train)";
        if (!root.TryGetProperty("model", out JsonElement model) || model.ValueKind != JsonValueKind.Object)
        {
            throw _checks.Failure("there is no \"model\"");
        }

        string type = JsonChecks.TypeOf(model);
        // Files of the first years do not name the type; merges say it.
        if (type != "BPE" && !(type == "unnamed" && model.TryGetProperty("merges", out _)))
        {
            throw _checks.Failure($"the model is \"{type}\", expected \"BPE\"", OtherModel);
        }

        _checks.RequireNothing(model, "the model's ", "dropout");
        _checks.Require(model.TryGetProperty("vocab", out JsonElement names) && names.ValueKind == JsonValueKind.Object, "the model has no \"vocab\"");
        return model;
    }

    private AddedToken ReadAdded(JsonElement token, int index, JsonVocabulary vocabulary)
    {
        string? content = JsonChecks.Text(token, "content");
        _checks.Require(!string.IsNullOrEmpty(content), $"the added token {index} has no \"content\"");
        if (!token.TryGetProperty("id", out JsonElement value) || value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int id))
        {
            throw _checks.Failure($"the added token {index} has no \"id\"");
        }

        int known = vocabulary.Id(content!);
        _checks.Require(known < 0 || known == id, $"the added token {id} has the id {known} in the vocabulary");
        bool isSpecial = _checks.Flag(token, "special", missing: false);
        return new AddedToken(id, content!, isSpecial)
        {
            IsSingleWord = _checks.Flag(token, "single_word", missing: false),
            StripsLeft = _checks.Flag(token, "lstrip", missing: false),
            StripsRight = _checks.Flag(token, "rstrip", missing: false),
            IsNormalized = _checks.Flag(token, "normalized", missing: !isSpecial),
        };
    }

    private CharacterTokenizer Characters(JsonElement model, JsonVocabulary vocabulary, AddedToken[] added)
    {
        foreach (AddedToken token in added)
        {
            vocabulary.Remove(token.Content);
        }

        _checks.RequireNothing(model, "the model's ", "unk_token", "fuse_unk", "byte_fallback", "continuing_subword_prefix", "end_of_word_suffix");
        string?[] tokens = vocabulary.Names(vocabulary.Count);
        _checks.Require(tokens.Length is > 0 and <= CharacterTokenizer.MaxVocabularySize, $"the vocabulary has {tokens.Length:N0} characters, expected 1 to {CharacterTokenizer.MaxVocabularySize:N0}");
        var characters = new Rune[tokens.Length];
        for (int id = 0; id < tokens.Length; id++)
        {
            string token = tokens[id] ?? throw _checks.Failure($"no token has the id {id}: ids of characters must have no gaps");
            _checks.Require(
                Rune.TryGetRuneAt(token.Length == 0 ? "\uD800" : token, 0, out characters[id]) && characters[id].Utf16SequenceLength == token.Length,
                $"token {id} is not one character");
            _checks.Require(id == 0 || characters[id - 1].Value < characters[id].Value, $"token {id} is out of order: characters must be sorted by code point");
        }

        bool hasEndOfText = added.Length == 1 && added[0] == new AddedToken(tokens.Length, BytePairTokenizer.EndOfTextNames[0]);
        _checks.Require(added.Length == 0 || hasEndOfText, $"\"added_tokens\" of characters may only hold {BytePairTokenizer.EndOfTextNames[0]} after the last one");
        return new CharacterTokenizer(characters, hasEndOfText);
    }

    private void CheckPostProcessor(JsonElement root)
    {
        if (!root.TryGetProperty("post_processor", out JsonElement processor))
        {
            return;
        }

        string[] types = JsonChecks.TypeOf(processor) == "Sequence"
            ? [.. _checks.Objects(processor, "processors").Select(JsonChecks.TypeOf)]
            : [JsonChecks.TypeOf(processor)];
        string? unknown = types.FirstOrDefault(type => !HarmlessPostProcessors.Contains(type));
        _checks.Require(unknown is null, $"a \"post_processor\" \"{unknown}\" is not supported");
    }
}
