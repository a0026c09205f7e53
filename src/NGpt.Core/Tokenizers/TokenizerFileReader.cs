using System.Text;
using System.Text.Json;
using NGpt.Core.Errors;

namespace NGpt.Core.Tokenizers;

/// <summary>The checks between a foreign <c>tokenizer.json</c> and a tokenizer.</summary>
internal sealed class TokenizerFileReader
{
    private const long MaximumFileSize = 100_000_000;
    private const string Remedy = "use a tokenizer.json that ngpt wrote: bytes or characters, without merges";

    private readonly string _path;

    private TokenizerFileReader(string path) => _path = path;

    public static ITokenizer Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new FileFormatException(path, "there is no such tokenizer file", Remedy);
        }

        if (file.Length > MaximumFileSize)
        {
            throw new FileFormatException(path, $"the file has {file.Length:N0} bytes, more than the {MaximumFileSize:N0} that a tokenizer may have", Remedy);
        }

        try
        {
            using FileStream stream = file.OpenRead();
            using JsonDocument json = JsonDocument.Parse(stream);
            return new TokenizerFileReader(path).Read(json.RootElement);
        }
        catch (JsonException error)
        {
            throw new FileFormatException(path, $"not JSON: line {error.LineNumber + 1}, byte {error.BytePositionInLine}", Remedy, error);
        }
        catch (InvalidOperationException error)
        {
            // JsonElement's complaint about a string whose escapes are not Unicode text.
            throw new FileFormatException(path, "a name is not Unicode text", Remedy, error);
        }
    }

    private ITokenizer Read(JsonElement root)
    {
        Require(root.ValueKind == JsonValueKind.Object, "the file is not a JSON object");
        foreach (string unused in (ReadOnlySpan<string>)["truncation", "padding", "normalizer", "post_processor"])
        {
            Require(IsNothing(root, unused), $"\"{unused}\" is not supported by this version");
        }

        Require(root.TryGetProperty("model", out JsonElement model) && model.ValueKind == JsonValueKind.Object, "there is no \"model\"");
        string type = TypeOf(model);
        Require(type == "BPE", $"the model is \"{type}\", expected \"BPE\"");
        Require(IsNothing(model, "merges"), "byte-level BPE with merges is not supported by this version");
        foreach (string unused in (ReadOnlySpan<string>)["dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback"])
        {
            Require(IsNothing(model, unused), $"the model's \"{unused}\" is not supported by this version");
        }

        Require(model.TryGetProperty("vocab", out JsonElement vocabulary) && vocabulary.ValueKind == JsonValueKind.Object, "the model has no \"vocab\"");
        string[] tokens = ReadVocabulary(vocabulary);

        string preTokenizer = TypeOf(root, "pre_tokenizer");
        string decoder = TypeOf(root, "decoder");
        return (preTokenizer, decoder) switch
        {
            ("ByteLevel", "ByteLevel") when root.GetProperty("added_tokens").GetArrayLength() > 0 => new ByteTokenizer(true),
            ("ByteLevel", "ByteLevel") => Bytes(root.GetProperty("pre_tokenizer"), tokens),
            ("none", "Fuse") when root.GetProperty("added_tokens").GetArrayLength() > 0 => new CharacterTokenizer(tokens.Select(t => Rune.GetRuneAt(t, 0)), true),
            ("none", "Fuse") => Characters(tokens),
            _ => throw Failure($"a pre-tokenizer \"{preTokenizer}\" with a decoder \"{decoder}\" is not supported by this version"),
        };
    }

    private ByteTokenizer Bytes(JsonElement preTokenizer, string[] tokens)
    {
        Require(IsFalse(preTokenizer, "add_prefix_space"), "the pre-tokenizer's \"add_prefix_space\" must be false");
        Require(IsFalse(preTokenizer, "use_regex"), "the pre-tokenizer's \"use_regex\" must be false");
        Require(tokens.Length == 256, $"a vocabulary of bytes has 256 tokens, this one has {tokens.Length:N0}");
        for (int value = 0; value < tokens.Length; value++)
        {
            Require(tokens[value] == ByteToUnicode.Characters[value].ToString(), $"token {value} does not stand for the byte 0x{value:X2}");
        }

        return new ByteTokenizer();
    }

    private CharacterTokenizer Characters(string[] tokens)
    {
        var characters = new Rune[tokens.Length];
        for (int id = 0; id < tokens.Length; id++)
        {
            Require(
                Rune.TryGetRuneAt(tokens[id].Length == 0 ? "\uD800" : tokens[id], 0, out characters[id]) && characters[id].Utf16SequenceLength == tokens[id].Length,
                $"token {id} is not one character");
            Require(id == 0 || characters[id - 1].Value < characters[id].Value, $"token {id} is out of order: characters must be sorted by code point");
        }

        return new CharacterTokenizer(characters);
    }

    private string[] ReadVocabulary(JsonElement vocabulary)
    {
        var entries = new List<(string Token, int Id)>();
        foreach (JsonProperty entry in vocabulary.EnumerateObject())
        {
            Require(entries.Count < CharacterTokenizer.MaximumVocabularySize, $"the vocabulary has more than {CharacterTokenizer.MaximumVocabularySize:N0} tokens");
            Require(entry.Value.ValueKind == JsonValueKind.Number && entry.Value.TryGetInt32(out _), "a token's id is not a whole number");
            entries.Add((entry.Name, entry.Value.GetInt32()));
        }

        Require(entries.Count > 0, "the vocabulary is empty");
        var tokens = new string?[entries.Count];
        var names = new HashSet<string>(entries.Count);
        foreach ((string token, int id) in entries)
        {
            Require(id >= 0 && id < tokens.Length, $"the token id {id} is outside 0..{tokens.Length - 1}: ids must have no gaps");
            Require(tokens[id] is null, $"the token id {id} is given twice");
            Require(names.Add(token), $"the token of id {id} is given twice");
            tokens[id] = token;
        }

        // As many different ids inside 0..V-1 as there are places: none is left empty.
        return tokens!;
    }

    private static string TypeOf(JsonElement element) =>
        element.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : "unnamed";

    private static string TypeOf(JsonElement root, string property) =>
        !root.TryGetProperty(property, out JsonElement element) || element.ValueKind == JsonValueKind.Null ? "none"
        : element.ValueKind == JsonValueKind.Object ? TypeOf(element)
        : "unnamed";

    private static bool IsFalse(JsonElement element, string property) =>
        element.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.False;

    /// <summary>True where a property is absent or says the same as absent: null, false, an empty string or an empty list.</summary>
    private static bool IsNothing(JsonElement element, string property) =>
        !element.TryGetProperty(property, out JsonElement value)
        || value.ValueKind is JsonValueKind.Null or JsonValueKind.False
        || (value.ValueKind == JsonValueKind.String && value.ValueEquals(string.Empty))
        || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);

    private void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw Failure(problem);
        }
    }

    private FileFormatException Failure(string problem) => new(_path, problem, Remedy);
}
