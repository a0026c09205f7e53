using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Fuzz.Targets;

/// <summary>The reader of one format of tokenizers.</summary>
internal sealed class TokenizerTarget : FuzzTarget
{
    // Letters, digits, spaces, line ends, characters of two to four bytes, and bytes that are no text.
    private static readonly byte[] Sample = [.. "The theory's 12345 hellos, <|endoftext|> größe  \r\n\t日本語 😀\u2581 (hello)"u8, 0xFF, 0xE2, 0x96, .. "the end"u8];

    [SetsRequiredMembers]
    public TokenizerTarget(IReadOnlyList<FuzzFile[]> seeds)
    {
        Seeds = seeds;
        Words = [.. Texts.Select(Encoding.UTF8.GetBytes), [0xFF], [0xED, 0xA0, 0x80], [0], [0x0A], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]];
        // Tables of Unicode and compiled expressions.
        FixedBytes = 20_000_000;
        BytesPerByte = 200;
    }

    private static IReadOnlyList<string> Texts =>
    [
        "{", "}", "[", "]", "\"", ":", ",", "null", "true", "false", "{}", "[]", "\\ud800", "\\u0000", "\uFEFF", "\"a\":0", "\"Ġ\":999999", "\"type\":\"BPE\"",
        "\"type\":\"ByteLevel\"", "\"type\":\"Fuse\"", "\"Split\"", "\"Regex\":\"(a+)+$\"", "(?<!a)", "\\\\p{L}", "\"ignore_merges\":true", "\"special\":true", "\"Sequence\"",
        "\"merges\":[]", "[\"a\",\"b\"]", "\"h e\"", "h e\n", "\"type\":\"NFKC\"", "\"Lowercase\"", "\"Prepend\"", "\"Replace\"", "\"Metaspace\"", "\"Digits\"", "\"MergedWithNext\"", "\"Contiguous\"", "\"invert\":true",
        "\"String\":\"\"", "\"lstrip\":true", "\"normalized\":true", "\"single_word\":true", "\"unk_token\":\"a\"", "\"byte_fallback\":true", "\"fuse_unk\":true", "\"end_of_word_suffix\":\"e\"", "\"ByteFallback\"",
        "\"Strip\"", "(?i:[k-s&&[^l]]{1,3}+)", "++", "\"truncation\":{}", "aGU= 300\n", "IA== 1000001\n", "#version", "<|endoftext|>", "</s>", "▁", "<0x41>",
    ];

    /// <inheritdoc/>
    public override void Read(string path)
    {
        ITokenizer tokenizer = TokenizerFile.Load(path);
        for (int token = 0; token < tokenizer.VocabularySize; token++)
        {
            _ = tokenizer.TokenBytes(token).Length;
        }

        ArrayBufferWriter<int> tokens = new();
        try
        {
            tokenizer.Encode(Sample, tokens);
        }
        catch (NGptException)
        {
            // The vocabulary has no token for something in the text, or a step takes too much, and says so.
            (tokenizer as SentencePieceTokenizer)?.EncodeWithUnknown(Sample, tokens);
            return;
        }

        _ = tokenizer.Decode(tokens.WrittenSpan).Length;
        if (tokenizer is SentencePieceTokenizer pieces)
        {
            // Its model may change every text.
            tokens.ResetWrittenCount();
            pieces.EncodeWithUnknown(Sample, tokens);
            tokenizer.Decode(tokens.WrittenSpan, new ArrayBufferWriter<byte>());
            return;
        }

        if (tokenizer is BytePairTokenizer { IsLossless: false } pairs)
        {
            pairs.Encode(Sample, tokens, recognizesSpecialTokens: true);
            return;
        }

        ArrayBufferWriter<byte> text = new();
        foreach (int token in tokens.WrittenSpan)
        {
            text.Write(tokenizer.TokenBytes(token));
        }

        if (!text.WrittenSpan.SequenceEqual(Sample))
        {
            throw new InvalidOperationException($"the text came back as {Encoding.UTF8.GetString(text.WrittenSpan)}");
        }
    }
}
