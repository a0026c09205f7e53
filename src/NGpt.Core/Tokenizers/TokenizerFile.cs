using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Core.Tokenizers;

/// <summary>
/// Reads and writes tokenizers as Hugging Face <c>tokenizer.json</c>. Both kinds are BPE models without merges: bytes with the
/// ByteLevel pre-tokenizer and decoder and GPT-2's names of bytes, characters with no pre-tokenizer and the Fuse decoder.
/// </summary>
public static class TokenizerFile
{
    /// <summary>The usual name of the file.</summary>
    public const string FileName = "tokenizer.json";

    /// <summary>Writes a tokenizer; the file appears whole or not at all.</summary>
    /// <param name="tokenizer">A <see cref="ByteTokenizer"/> or a <see cref="CharacterTokenizer"/>.</param>
    /// <param name="path">The file to write; replaced where it exists.</param>
    /// <exception cref="ArgumentException">The tokenizer is of another type.</exception>
    public static void Save(ITokenizer tokenizer, string path)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentException.ThrowIfNullOrEmpty(path);
        DurableFile.Write(path, stream => Write(tokenizer, stream));
    }

    /// <summary>Reads a tokenizer that <see cref="Save"/> or an equal program wrote; anything else is refused.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileFormatException">The file is missing, damaged, too large, or a tokenizer of another kind.</exception>
    public static ITokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return TokenizerFileReader.Read(path);
    }

    private static void Write(ITokenizer tokenizer, Stream stream)
    {
        bool bytes = tokenizer switch
        {
            ByteTokenizer => true,
            CharacterTokenizer => false,
            _ => throw new ArgumentException($"A tokenizer of type {tokenizer.GetType().Name} has no tokenizer.json form.", nameof(tokenizer)),
        };

        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        if (tokenizer.EndOfText is int eot) { json.WriteNumberValue(eot); }
        json.WriteEndArray();
        json.WriteNull("normalizer");
        if (bytes)
        {
            WriteByteLevel(json, "pre_tokenizer");
            json.WriteNull("post_processor");
            WriteByteLevel(json, "decoder");
        }
        else
        {
            json.WriteNull("pre_tokenizer");
            json.WriteNull("post_processor");
            json.WriteStartObject("decoder");
            json.WriteString("type", "Fuse");
            json.WriteEndObject();
        }

        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", false);
        json.WriteStartObject("vocab");
        for (int id = 0; id < (tokenizer.EndOfText ?? tokenizer.VocabularySize); id++)
        {
            json.WriteNumber(bytes ? ByteToUnicode.Characters[id].ToString() : Encoding.UTF8.GetString(tokenizer.TokenBytes(id)), id);
        }

        json.WriteEndObject();
        json.WriteStartArray("merges");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, string property)
    {
        json.WriteStartObject(property);
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", false);
        json.WriteEndObject();
    }
}
