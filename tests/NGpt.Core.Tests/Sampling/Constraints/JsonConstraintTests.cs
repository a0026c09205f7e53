using System.Buffers;
using System.Text;
using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Core.Sampling.Constraints;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Sampling.Constraints;

public sealed class JsonConstraintTests
{
    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"{}[],:\\u0"u8);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Texts_conform_to_random_schemas(bool pairs)
    {
        ITokenizer tokenizer = pairs ? ConstrainedTexts.Pairs : ConstrainedTexts.Bytes;
        int complete = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            string schema = RandomSchema.Create(seed);
            JsonConstraint json = new(ConstrainedTexts.Compile(schema), tokenizer);
            SchemaValidator validator = new(ConstrainedTexts.Parse(schema));
            for (int repeat = 0; repeat < 2; repeat++)
            {
                (string text, StopReason reason) = ConstrainedTexts.Write(json, tokenizer, (1000 * repeat) + seed);
                if (reason == StopReason.MaxTokens)
                {
                    continue;
                }

                complete++;
                Assert.DoesNotContain('\uFFFD', text);
                Assert.True(validator.IsValid(ConstrainedTexts.Parse(text)), $"{schema} {text}");
            }
        }

        Assert.InRange(complete, 550, 600);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_mask_is_what_each_token_by_itself_gives(bool pairs)
    {
        ITokenizer tokenizer = pairs ? ConstrainedTexts.Pairs : ConstrainedTexts.Bytes;
        Random random = new(3);
        int states = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            JsonConstraint json = new(ConstrainedTexts.Compile(RandomSchema.Create(seed)), tokenizer);
            Frame[] frames = [json.Grammar.Start];
            for (int step = 0; step < 40; step++)
            {
                Frame[] before = frames;
                TokenMask mask = json.MaskOf(ref frames);
                Assert.Same(before, frames);
                List<int> allowed = [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(token => IsAllowed(frames, token))];
                Assert.Equal(allowed, Enumerable.Range(0, tokenizer.VocabularySize).Where(mask.Allows));
                Assert.Equal(allowed.Count > 0, mask.HasAny);
                states++;
                if (allowed.Count == 0)
                {
                    break;
                }

                // Marks of JSON more often than letters.
                int[] marks = [.. allowed.Where(token => tokenizer.TokenBytes(token).IndexOfAny(Marks) >= 0)];
                IReadOnlyList<int> choices = marks.Length > 0 && random.Next(3) > 0 ? marks : allowed;
                frames = JsonConstraint.Advance(frames, tokenizer.TokenBytes(choices[random.Next(choices.Count)]));
            }
        }

        Assert.True(states > 700, $"{states}");

        bool IsAllowed(Frame[] frames, int token) =>
            !tokenizer.EndsText(token) && !tokenizer.TokenBytes(token).IsEmpty && JsonConstraint.Advance(frames, tokenizer.TokenBytes(token)).Length > 0;
    }

    [Theory]
    [InlineData("""{"type":"string"}""", "\"é\\u00e9\\ud83d\\ude00🙂\\n\"", true)]
    [InlineData("""{"type":"string"}""", "\"\\ud83d\"", false)]
    [InlineData("""{"type":"string"}""", "\"\\ud83dx\"", false)]
    [InlineData("""{"type":"string"}""", "\"\\udc00\"", false)]
    [InlineData("""{"type":"string"}""", "\"\\x\"", false)]
    [InlineData("""{"type":"string"}""", "\"a\nb\"", false)]
    [InlineData("""{"type":"string","maxLength":2}""", "\"🙂\\ud83d\\ude00\"", true)]
    [InlineData("""{"type":"string","maxLength":2}""", "\"🙂ab\"", false)]
    [InlineData("""{"type":"string","minLength":2}""", "\"🙂\"", false)]
    [InlineData("""{"type":"integer"}""", "-120", true)]
    [InlineData("""{"type":"integer"}""", "1.0", false)]
    [InlineData("""{"type":"integer"}""", "012", false)]
    [InlineData("""{"type":"integer"}""", "1234567890123456789", false)]
    [InlineData("""{"type":"number"}""", "-0.5e+10", true)]
    [InlineData("""{"type":"number"}""", "1e100", false)]
    [InlineData("""{"type":"number"}""", "1.", false)]
    [InlineData("""{"type":"number"}""", "-", false)]
    [InlineData("""{"enum":[1,12,"é"]}""", "12", true)]
    [InlineData("""{"enum":[1,12,"é"]}""", "1", true)]
    [InlineData("""{"enum":[1,12,"é"]}""", "\"é\"", true)]
    [InlineData("""{"enum":[1,12,"é"]}""", "123", false)]
    [InlineData("""{"type":"array","items":{"enum":[1,12]},"minItems":2}""", "[1,12]", true)]
    [InlineData("""{"type":"array","items":{"enum":[1,12]},"minItems":2}""", "[1]", false)]
    [InlineData("""{"type":"array","items":{"enum":[1,12]},"minItems":2}""", "[1, 12, 1]", true)]
    [InlineData("""{"type":"array","items":{"enum":[1,12]},"minItems":2}""", "[1,  12]", false)]
    [InlineData("""{"type":"array","maxItems":0}""", "[]", true)]
    [InlineData("""{"type":"array","maxItems":0}""", "[1]", false)]
    [InlineData("""{"properties":{"a":{},"b":{}},"required":["b"]}""", """{"a":1,"b":2}""", true)]
    [InlineData("""{"properties":{"a":{},"b":{}},"required":["b"]}""", """{"b": 2}""", true)]
    [InlineData("""{"properties":{"a":{},"b":{}},"required":["b"]}""", """{"a":1}""", false)]
    [InlineData("""{"properties":{"a":{},"b":{}},"required":["b"]}""", """{"b":1,"a":2}""", false)]
    [InlineData("""{"properties":{"a":{},"b":{}},"required":["b"]}""", """{"b":1,"c":2}""", false)]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":{"type":"null"}}""", """{"a":1,"ab":null,"é":null}""", true)]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":{"type":"null"}}""", """{"ab":null,"a":null}""", false)]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":{"type":"null"}}""", """{"ab":1}""", false)]
    [InlineData("""{"type":"object","additionalProperties":false}""", "{}", true)]
    [InlineData("""{"type":"object","additionalProperties":false}""", """{"a":1}""", false)]
    [InlineData("""{"type":["null","boolean"]}""", " null", true)]
    [InlineData("""{"type":["null","boolean"]}""", "  null", false)]
    [InlineData("""{"anyOf":[{"properties":{"k":{"const":1},"x":{"type":"null"}},"required":["k","x"]},{"properties":{"k":{"const":1},"x":{"type":"string"}},"required":["k","x"]}]}""", """{"k":1,"x":"s"}""", true)]
    [InlineData("""{"$ref":"#/$defs/list","$defs":{"list":{"anyOf":[{"type":"null"},{"properties":{"next":{"$ref":"#/$defs/list"}},"required":["next"]}]}}}""", """{"next":{"next":null}}""", true)]
    [InlineData("true", """[{"a":[1,null]},"x",-2.5e3,true]""", true)]
    public void A_text_is_complete_or_not(string schema, string text, bool expected)
    {
        Frame[] frames = JsonConstraint.Advance([ConstrainedTexts.Compile(schema).Start], Encoding.UTF8.GetBytes(text));
        Assert.Equal(expected, frames.Any(frame => frame.Node.CanEnd(frame)));
    }

    [Fact]
    public void Strings_take_every_character_and_only_UTF8()
    {
        Frame[] start = JsonConstraint.Advance([ConstrainedTexts.Compile("""{"type":"string"}""").Start], "\""u8);
        for (int code = 0; code < 0x110000; code += code is < 0x3000 or (>= 0xD000 and < 0xE100) or >= 0x10FF00 ? 1 : 17)
        {
            byte[] raw = code < 0x80 ? [(byte)code]
                : code < 0x800 ? [(byte)(0xC0 | (code >> 6)), Last(0)]
                : code < 0x10000 ? [(byte)(0xE0 | (code >> 12)), Last(6), Last(0)]
                : [(byte)(0xF0 | (code >> 18)), Last(12), Last(6), Last(0)];
            bool isAllowed = Rune.IsValid(code) && code is >= 0x20 and not '"' and not '\\';
            Assert.Equal((code, isAllowed), (code, JsonConstraint.Advance(start, [.. raw, .. "x\""u8]).Length > 0));

            byte Last(int shift) => (byte)(0x80 | ((code >> shift) & 0x3F));
        }

        Assert.Empty(JsonConstraint.Advance(start, [0xC1, 0x81]));
        Assert.Empty(JsonConstraint.Advance(start, [0xE0, 0x81, 0x81]));
        Assert.Empty(JsonConstraint.Advance(start, [0xF0, 0x81, 0x81, 0x81]));
        Assert.Empty(JsonConstraint.Advance(start, [0xF4, 0x90, 0x80, 0x80]));
        Assert.Empty(JsonConstraint.Advance(start, [0x80]));
    }

    [Fact]
    public void Nesting_is_bounded_and_what_was_begun_can_be_completed()
    {
        JsonConstraint json = new(JsonGrammar.AnyObject, ConstrainedTexts.Bytes);
        Frame[] frames = [json.Grammar.Start];
        for (int level = 0; level < Rule.MaxDepth; level++)
        {
            frames = JsonConstraint.Advance(frames, level < Rule.MaxDepth - 1 ? "{\"a\":"u8 : "{"u8);
        }

        Assert.NotEmpty(frames);
        Assert.Empty(JsonConstraint.Advance(frames, "\"a\":{"u8));
        Assert.NotEmpty(JsonConstraint.Advance(frames, "\"a\":1}"u8));

        // Every level needs another one, but for the last.
        Frame[] list = [ConstrainedTexts.Compile("""{"properties":{"a":{"anyOf":[{"$ref":"#"},{"properties":{"b":{"properties":{"c":{"type":"null"}},"required":["c"]}},"required":["b"]}]}},"required":["a"]}""").Start];
        string opened = string.Empty;
        while (JsonConstraint.Advance(list, "{\"a\":"u8) is { Length: > 0 } deeper)
        {
            list = deeper;
            opened += "{\"a\":";
        }

        Assert.Equal(30, opened.Length / 5);
        Assert.NotEmpty(JsonConstraint.Advance(list, "{\"b\":{\"c\":null}}"u8));
    }

    [Fact]
    public void A_cut_text_is_the_beginning_of_a_JSON_text()
    {
        JsonConstraint json = new(JsonGrammar.AnyObject, ConstrainedTexts.Bytes);
        (string text, StopReason reason) = ConstrainedTexts.Write(json, ConstrainedTexts.Bytes, seed: 5, new SamplingOptions { MaxTokens = 2 });
        Assert.Equal((StopReason.MaxTokens, 2), (reason, text.Length));
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(text));
    }

    [Fact]
    public void A_text_ends_when_complete_although_end_of_text_is_ignored_or_does_not_exist()
    {
        foreach (ByteTokenizer tokenizer in (ByteTokenizer[])[ConstrainedTexts.Bytes, new(hasEndOfText: false)])
        {
            JsonConstraint json = new(ConstrainedTexts.Compile("""{"properties":{"a":{"type":"integer"}},"required":["a"]}"""), tokenizer);
            (string text, StopReason reason) = ConstrainedTexts.Write(json, tokenizer, 3, new SamplingOptions { IgnoreEndOfText = true });
            Assert.Equal(StopReason.Complete, reason);
            Assert.EndsWith("}", text, StringComparison.Ordinal);
        }

        JsonConstraint number = new(ConstrainedTexts.Compile("""{"type":"integer"}"""), ConstrainedTexts.Bytes);
        StopReason[] reasons = [.. Enumerable.Range(0, 30).Select(seed => ConstrainedTexts.Write(number, ConstrainedTexts.Bytes, seed, new SamplingOptions { IgnoreEndOfText = true }).Reason)];
        Assert.Contains(StopReason.EndOfText, reasons);
        Assert.DoesNotContain(StopReason.MaxTokens, reasons);
    }

    [Fact]
    public void A_vocabulary_that_cannot_write_JSON_is_refused()
    {
        CharacterTokenizer letters = new("abcdefghijklmnop {}:,\"0123456789[]".EnumerateRunes());
        _ = new JsonConstraint(ConstrainedTexts.Compile("""{"properties":{"ab":{"type":"integer"}}}"""), letters);
        UsageException error = Assert.Throws<UsageException>(() => new JsonConstraint(JsonGrammar.AnyObject, letters));
        Assert.Contains("no tokens for true", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<UsageException>(() => new JsonConstraint(ConstrainedTexts.Compile("""{"properties":{"zebra":{"type":"integer"}}}"""), letters));
        Assert.Contains("\"zebra\":", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ambiguous_and_large_schemas_stay_bounded()
    {
        // 2^n readings without a bound: each level begins alike in both alternatives.
        JsonConstraint json = new(
            ConstrainedTexts.Compile("""{"anyOf":[{"properties":{"a":{"$ref":"#"}}},{"properties":{"a":{"$ref":"#"},"b":{"type":"null"}}}]}"""), ConstrainedTexts.Bytes);
        Frame[] frames = [json.Grammar.Start];
        for (int level = 0; level < 20; level++)
        {
            frames = JsonConstraint.Advance(frames, "{\"a\":"u8);
            Assert.InRange(frames.Length, 1, FrameSet.Capacity);
            _ = json.MaskOf(ref frames);
        }

        string alternatives = string.Join(',', Enumerable.Range(0, 200).Select(i => $$"""{"type":"string","minLength":{{i}},"maxLength":{{2 * i}}}"""));
        json = new(ConstrainedTexts.Compile($$"""{"anyOf":[{{alternatives}}]}"""), ConstrainedTexts.Pairs);
        (string text, StopReason reason) = ConstrainedTexts.Write(json, ConstrainedTexts.Pairs, 4);
        Assert.Equal(StopReason.Complete, reason);
        Assert.Equal(JsonValueKind.String, ConstrainedTexts.Parse(text).ValueKind);
    }
}
