using System.Text.Encodings.Web;
using System.Text.Json;
using NGpt.Core.Tokenizers.Normalization;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>Writes <c>tokenizer.json</c> as Hugging Face's library reads it.</summary>
internal static class TokenizerJsonWriter
{
    /// <summary>The property under which our own files keep a SentencePiece model.</summary>
    public const string SentencePieceProperty = "sentencepiece_model";

    private static readonly JsonWriterOptions Options =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a tokenizer.</summary>
    public static void Write(ITokenizer tokenizer, Stream stream)
    {
        if (tokenizer is BytePairTokenizer { Source.IsEmpty: false } read)
        {
            stream.Write(read.Source.Span);
            return;
        }

        using var json = new Utf8JsonWriter(stream, Options);
        switch (tokenizer)
        {
            case ByteTokenizer bytes:
                Write(json, SplitPattern.None, AddedTokens(bytes), () => WriteModel(json, Names(bytes, id => ByteToUnicode.Name(bytes.TokenBytes(id))), [], ignoresMerges: false));
                break;
            case CharacterTokenizer characters:
                Write(json, pattern: null, AddedTokens(characters), () => WriteModel(json, Names(characters, id => characters.Character(id).ToString()), [], ignoresMerges: false));
                break;
            case BytePairTokenizer bpe:
                Write(json, bpe.Pattern, bpe.AddedTokens, () => WriteModel(json, Names(bpe), bpe.Merges.Select(merge => $"{NameOf(bpe, merge.Left)} {NameOf(bpe, merge.Right)}"), bpe.IgnoresMerges), bpe.Normalizer as UnicodeForm);
                break;
            case SentencePieceTokenizer pieces:
                json.WriteStartObject();
                json.WriteString("version", "1.0");
                json.WriteBase64String(SentencePieceProperty, pieces.Model.Span);
                json.WriteEndObject();
                break;
            default:
                throw new ArgumentException($"A tokenizer of type {tokenizer.GetType().Name} has no tokenizer.json form.", nameof(tokenizer));
        }
    }

    private static void Write(Utf8JsonWriter json, SplitPattern? pattern, IEnumerable<AddedToken> added, Action writeModel, UnicodeForm? normalizer = null)
    {
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (AddedToken token in added)
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            json.WriteString("content", token.Content);
            json.WriteBoolean("single_word", false);
            json.WriteBoolean("lstrip", false);
            json.WriteBoolean("rstrip", false);
            json.WriteBoolean("normalized", false);
            json.WriteBoolean("special", token.IsSpecial);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("normalizer");
        if (normalizer is null)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteStartObject();
            json.WriteString("type", normalizer.Name);
            json.WriteEndObject();
        }

        json.WritePropertyName("pre_tokenizer");
        WritePreTokenizer(json, pattern);
        json.WriteNull("post_processor");
        json.WritePropertyName("decoder");
        if (pattern is not null)
        {
            WriteByteLevel(json, usesRegex: false);
        }
        else
        {
            json.WriteStartObject();
            json.WriteString("type", "Fuse");
            json.WriteEndObject();
        }

        json.WritePropertyName("model");
        writeModel();
        json.WriteEndObject();
    }

    private static void WritePreTokenizer(Utf8JsonWriter json, SplitPattern? pattern)
    {
        if (pattern is null)
        {
            json.WriteNullValue();
            return;
        }

        if (pattern == SplitPattern.None || pattern == SplitPattern.Gpt2)
        {
            // ByteLevel's own pattern is GPT-2's.
            WriteByteLevel(json, usesRegex: pattern == SplitPattern.Gpt2);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        json.WriteStartObject();
        json.WriteString("type", "Split");
        json.WriteStartObject("pattern");
        json.WriteString("Regex", pattern.Expression);
        json.WriteEndObject();
        json.WriteString("behavior", "Isolated");
        json.WriteBoolean("invert", false);
        json.WriteEndObject();
        WriteByteLevel(json, usesRegex: false);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, bool usesRegex)
    {
        json.WriteStartObject();
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", usesRegex);
        json.WriteEndObject();
    }

    // Merges are written as "a b": the pairs ["a", "b"] are unknown to older readers, and byte-level names have no spaces.
    private static void WriteModel(Utf8JsonWriter json, IEnumerable<(string Name, int Id)> vocabulary, IEnumerable<string> merges, bool ignoresMerges)
    {
        json.WriteStartObject();
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", ignoresMerges);
        json.WriteStartObject("vocab");
        foreach ((string name, int id) in vocabulary)
        {
            json.WriteNumber(name, id);
        }

        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (string merge in merges)
        {
            json.WriteStringValue(merge);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static AddedToken[] AddedTokens(ITokenizer tokenizer) =>
        tokenizer.EndOfText is int id ? [new AddedToken(id, BytePairTokenizer.EndOfTextNames[0])] : [];

    private static IEnumerable<(string Name, int Id)> Names(ITokenizer tokenizer, Func<int, string> name) =>
        Enumerable.Range(0, tokenizer.VocabularySize - (tokenizer.EndOfText is null ? 0 : 1)).Select(id => (name(id), id));

    // An added token between others needs a place in the vocabulary too: readers number those that have none behind it.
    private static IEnumerable<(string Name, int Id)> Names(BytePairTokenizer bpe)
    {
        Dictionary<int, string> added = bpe.AddedTokens.ToDictionary(token => token.Id, token => token.Content);
        int end = bpe.VocabularySize;
        while (added.ContainsKey(end - 1))
        {
            end--;
        }

        (string? Name, int Id)[] names = [.. Enumerable.Range(0, end).Select(id => (added.GetValueOrDefault(id) ?? (bpe.TokenBytes(id).IsEmpty ? null : NameOf(bpe, id)), id))];
        bool hasGaps = names.Any(token => token.Name is null);
        // Behind a gap the numbers of readers would be others.
        return names.Where(token => token.Name is not null).Select(token => (token.Name!, token.Id)).Concat(hasGaps ? bpe.AddedTokens.Where(token => token.Id >= end).Select(token => (token.Content, token.Id)) : []);
    }

    private static string NameOf(BytePairTokenizer bpe, int id) => ByteToUnicode.Name(bpe.TokenBytes(id));
}
