using System.Text;
using System.Text.Json;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>The checks between a foreign <c>tokenizer.json</c> and a tokenizer.</summary>
internal sealed class TokenizerJsonReader
{
    // They add tokens around a text or move offsets; the text's own tokens are the same without them.
    private static readonly string[] HarmlessPostProcessors = ["none", "ByteLevel", "TemplateProcessing", "BertProcessing", "RobertaProcessing"];

    private readonly string _path;
    private readonly JsonChecks _checks;

    private TokenizerJsonReader(string path, JsonChecks checks) => (_path, _checks) = (path, checks);

    /// <summary>Reads a file.</summary>
    public static ITokenizer Read(string path) => JsonChecks.Parse(path, (root, checks) => new TokenizerJsonReader(path, checks).Read(root));

    /// <summary>Reads the text of a <c>tokenizer.json</c> that lies inside another file.</summary>
    public static ITokenizer Parse(ReadOnlyMemory<byte> utf8, string path) => JsonChecks.Parse(utf8, path, (root, checks) => new TokenizerJsonReader(path, checks).Read(root));

    private ITokenizer Read(JsonElement root)
    {
        if (root.TryGetProperty(TokenizerJsonWriter.SentencePieceProperty, out JsonElement pieces))
        {
            _checks.Require(pieces.ValueKind == JsonValueKind.String && pieces.TryGetBytesFromBase64(out _), $"\"{TokenizerJsonWriter.SentencePieceProperty}\" is not base64");
            return SentencePieceReader.Read(_path, pieces.GetBytesFromBase64());
        }

        _checks.RequireNothing(root, string.Empty, "truncation", "padding", "normalizer");
        _checks.Require(root.TryGetProperty("model", out JsonElement model) && model.ValueKind == JsonValueKind.Object, "there is no \"model\"");
        string type = JsonChecks.TypeOf(model);
        // Files of the first years do not name the type; merges say it.
        _checks.Require(type == "BPE" || (type == "unnamed" && model.TryGetProperty("merges", out _)), $"the model is \"{type}\", expected \"BPE\"");
        _checks.RequireNothing(model, "the model's ", "dropout", "continuing_subword_prefix", "end_of_word_suffix");
        _checks.Require(model.TryGetProperty("vocab", out JsonElement names) && names.ValueKind == JsonValueKind.Object, "the model has no \"vocab\"");
        var vocabulary = new JsonVocabulary(names, _checks);
        AddedToken[] added = [.. _checks.Objects(root, "added_tokens").Select((token, index) => ReadAdded(token, index, vocabulary))];
        foreach (AddedToken token in added)
        {
            vocabulary.Remove(token.Content);
        }

        ITokenizer tokenizer = JsonChecks.TypeOf(root, "decoder") switch
        {
            "ByteLevel" => ByteLevel(root, model, vocabulary, added),
            "Fuse" when JsonChecks.TypeOf(root, "pre_tokenizer") == "none" => Characters(model, vocabulary, added),
            string decoder => throw _checks.Failure($"a pre-tokenizer \"{JsonChecks.TypeOf(root, "pre_tokenizer")}\" with a decoder \"{decoder}\" is not supported"),
        };
        CheckPostProcessor(root);
        return tokenizer;
    }

    private AddedToken ReadAdded(JsonElement token, int index, JsonVocabulary vocabulary)
    {
        string? content = JsonChecks.Text(token, "content");
        _checks.Require(!string.IsNullOrEmpty(content), $"the added token {index} has no \"content\"");
        if (!token.TryGetProperty("id", out JsonElement value) || value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int id))
        {
            throw _checks.Failure($"the added token {index} has no \"id\"");
        }

        _checks.RequireNothing(token, "an added token's ", "single_word", "lstrip", "rstrip");
        int known = vocabulary.Id(content!);
        _checks.Require(known < 0 || known == id, $"the added token {id} has the id {known} in the vocabulary");
        return new AddedToken(id, content!, _checks.Flag(token, "special", missing: false));
    }

    private ITokenizer ByteLevel(JsonElement root, JsonElement model, JsonVocabulary vocabulary, AddedToken[] added)
    {
        SplitPattern pattern = new PreTokenizerReader(_checks).Read(root);
        var bpe = new ByteLevelModel(vocabulary, _checks, _checks.Failure);
        if (model.TryGetProperty("merges", out JsonElement merges) && merges.ValueKind != JsonValueKind.Null)
        {
            _checks.Require(merges.ValueKind == JsonValueKind.Array, "\"merges\" is not a list");
            foreach (JsonElement merge in merges.EnumerateArray())
            {
                AddMerge(bpe, merge);
            }
        }

        return bpe.Build(pattern, added, model.TryGetProperty("ignore_merges", out _) && _checks.Flag(model, "ignore_merges", missing: false));
    }

    private void AddMerge(ByteLevelModel bpe, JsonElement merge)
    {
        if (merge.ValueKind == JsonValueKind.String)
        {
            bpe.AddMerge(merge.GetString()!);
            return;
        }

        _checks.Require(
            merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2 && merge[0].ValueKind == JsonValueKind.String && merge[1].ValueKind == JsonValueKind.String,
            "a merge is neither a string nor two strings");
        bpe.AddMerge(merge[0].GetString()!, merge[1].GetString()!);
    }

    private CharacterTokenizer Characters(JsonElement model, JsonVocabulary vocabulary, AddedToken[] added)
    {
        _checks.RequireNothing(model, "the model's ", "merges", "unk_token", "fuse_unk", "byte_fallback");
        string?[] tokens = vocabulary.Names(_checks, added: 0);
        _checks.Require(tokens.Length is > 0 and <= CharacterTokenizer.MaxVocabularySize, $"the vocabulary has {tokens.Length:N0} characters, expected 1 to {CharacterTokenizer.MaxVocabularySize:N0}");
        var characters = new Rune[tokens.Length];
        for (int id = 0; id < tokens.Length; id++)
        {
            string token = tokens[id]!;
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
