using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NGpt.Core.Tokenizers;

namespace NGpt.TokenizerConformance;

/// <summary>
/// The fixture of the tests: two small models, changes to their <c>tokenizer.json</c> that cover each component, texts, and
/// what Hugging Face's library makes of them: ids, and the text that the ids decode to.
/// </summary>
internal static class Fixtures
{
    private static readonly string[] Texts =
    [
        "", " ", "Hello hello, the theory!", "  the  end \n\n of 1234 and 5", "It's WE'LL they'd 'ſ 'S", "naïve café e\u0301a\u0323\u0302 ﬁ Ａ１ ½", "İSTANBUL Straße ΟΔΟΣ",
        "日本語 テスト ｶﾞ 한국어 힣", "\u1112\u1161\u11AB 각", "a-b_c.d,e;f!!g??h", "\t\ttab\r\nline\u00A0\u3000wide ", "x=1+2*(3-4)/5 $10 #tag @me", "👩\u200D👧 😀é", "١٢٣ 12345 ⅷ ²",
        "▁the ▁▁ end▁", "<s>the</s> <s> a</s>b", "the <mask> end<mask>the[one] [one]two", "<|endoftext|>the<|endoftext|> end", "HTTPResponse getURL2 aB", "zzz qqq \u0001\u007F", "aaa bbb aaabbb  ab", "theTHEthe the", "word\u0301s क़ख", "end ",
    ];

    private static readonly string[] Behaviors = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"];

    private static readonly string[] Expressions =
    [
        @"\p{N}{1,3}|[a-z]+", @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,2}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+", @"\p{N}{1,2}+|\p{L}{2}", @"[a-z&&[^aeiou]]+", @"^\w+|\W$",
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        @"(?<=e) |\bt|\p{Han}+", @"[[:digit:]\s]+?", @"(?:a|b)*?b|.", @"x*", @"(?i)THE|\x{65}\u006E",
    ];

    /// <summary>Writes the fixture into a folder.</summary>
    public static void Record(string folder)
    {
        JsonObject models = new() { ["bytes"] = Bytes(), ["characters"] = Characters() };
        JsonArray cases = [];
        foreach ((string name, string model, string changes) in Cases())
        {
            JsonNode tokenizer = Changed(models[model]!, JsonNode.Parse(changes)!);
            string path = Path.Combine(Path.GetTempPath(), $"ngpt-fixture-{Environment.ProcessId}.json");
            File.WriteAllText(path, tokenizer.ToJsonString());
            using HuggingFaceReference reference = new(path);
            File.Delete(path);
            int[][] ids = [.. Texts.Select(reference.Encode)];
            cases.Add(new JsonObject
            {
                ["name"] = name,
                ["model"] = model,
                ["changes"] = JsonNode.Parse(changes),
                ["ids"] = new JsonArray([.. ids.Select(some => JsonValue.Create(string.Join(' ', some)))]),
                ["decoded"] = new JsonArray([.. ids.Select(some => JsonValue.Create(reference.Decode(some)))]),
            });
        }

        JsonObject fixture = new() { ["texts"] = new JsonArray([.. Texts.Select(text => JsonValue.Create(text))]), ["models"] = models, ["cases"] = cases };
        File.WriteAllText(Path.Combine(folder, "tokenizer-fixture.json"), fixture.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n");
    }

    private static IEnumerable<(string Name, string Model, string Changes)> Cases()
    {
        const string ByteLevel = """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""";
        foreach (string type in (string[])["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "ByteLevel"])
        {
            yield return (type, "bytes", $$"""{"normalizer":{"type":"{{type}}"} }""");
        }

        yield return ("NFD and StripAccents", "bytes", """{"normalizer":{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"},{"type":"Lowercase"}]}}""");
        yield return ("no normalizers", "bytes", """{"normalizer":{"type":"Sequence","normalizers":[]}}""");
        yield return ("Strip", "bytes", """{"normalizer":{"type":"Strip","strip_left":true,"strip_right":true}}""");
        yield return ("Strip left", "bytes", """{"normalizer":{"type":"Strip","strip_left":true,"strip_right":false}}""");
        yield return ("Prepend", "bytes", """{"normalizer":{"type":"Prepend","prepend":"x "}}""");
        yield return ("Replace", "bytes", """{"normalizer":{"type":"Replace","pattern":{"String":"the"},"content":"a"}}""");
        yield return ("Replace by expression", "bytes", """{"normalizer":{"type":"Replace","pattern":{"Regex":"\\s+|[.,]"},"content":" "}}""");
        foreach (string flags in (string[])["true,true", "true,false", "false,true", "false,false"])
        {
            string[] flag = flags.Split(',');
            yield return ($"ByteLevel {flags}", "bytes", $$"""{"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":{{flag[0]}},"trim_offsets":false,"use_regex":{{flag[1]}} } }""");
        }

        yield return ("ByteLevel before Digits", "bytes", """{"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},{"type":"Digits","individual_digits":true}]}}""");
        yield return ("Digits and GPT-2", "bytes", """{"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}]}}""");
        foreach ((string name, string step) in Splits())
        {
            yield return (name, "bytes", $$"""{"pre_tokenizer":{"type":"Sequence","pretokenizers":[{{step}},{{ByteLevel}}] } }""");
        }

        yield return ("ignore_merges", "bytes", """{"model":{"ignore_merges":true,"vocab":{"whole":277,"Hello":278,"ĠWE":279}},"added_tokens":[{"id":280,"content":"<|endoftext|>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}}""");
        foreach (string flags in (string[])["single_word", "lstrip", "rstrip", "normalized", "none"])
        {
            foreach (string special in (string[])["true", "false"])
            {
                yield return ($"added tokens: {flags}, special {special}", "bytes", $$"""{"normalizer":{"type":"Lowercase"},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},"added_tokens":[{{Added(277, "<mask>", flags, special)}},{{Added(278, "[one]", flags, special)}},{{Added(279, "The", flags, special)}},{{Added(280, "WE", flags, special)}}]}""");
            }
        }

        foreach (string scheme in (string[])["always", "first", "never"])
        {
            foreach (string split in (string[])["true", "false"])
            {
                string metaspace = $$"""{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}","split":{{split}} }""";
                yield return ($"Metaspace {scheme}, split {split}", "characters", $$"""{"normalizer":null,"pre_tokenizer":{{metaspace}},"decoder":{{metaspace}}}""");
            }
        }

        yield return ("Llama 2", "characters", "{}");
        yield return ("Gemma", "characters", """{"normalizer":{"type":"Replace","pattern":{"String":" "},"content":"▁"},"pre_tokenizer":{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false},"decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"}]}}""");
        yield return ("unknown, fused", "characters", """{"model":{"byte_fallback":false,"fuse_unk":true}}""");
        yield return ("unknown, each", "characters", """{"model":{"byte_fallback":false,"fuse_unk":false}}""");
        yield return ("some bytes", "characters", """{"model":{"fuse_unk":true,"vocab":{"<0xC3>":null,"<0x01>":null,"<0xE3>":null}}}""");
        yield return ("no decoder", "characters", """{"decoder":null}""");
        yield return ("Strip alone", "characters", """{"decoder":{"type":"Strip","content":"▁","start":1,"stop":0}}""");
        yield return ("end of word", "characters", """{"normalizer":null,"pre_tokenizer":{"type":"WhitespaceSplit"},"decoder":{"type":"BPEDecoder","suffix":"</w>"},"model":{"byte_fallback":false,"end_of_word_suffix":"</w>","vocab":{"e</w>":500,"he</w>":501,"the</w>":502,"d</w>":503,"nd</w>":504,"a</w>":505,"o</w>":506},"merges":["h e</w>","t he</w>","n d</w>","t h","th e"]}}""");
        yield return ("prefix", "characters", """{"normalizer":null,"pre_tokenizer":{"type":"Whitespace"},"decoder":null,"model":{"byte_fallback":false,"continuing_subword_prefix":"##","vocab":{"##h":500,"##e":501,"th":502,"the":503,"##n":504,"##d":505,"##nd":506},"merges":["t ##h","th ##e","##n ##d"]}}""");
    }

    private static IEnumerable<(string Name, string Step)> Splits()
    {
        foreach (string behavior in Behaviors)
        {
            foreach (string invert in (string[])["false", "true"])
            {
                yield return ($"Split \" \" {behavior}, invert {invert}", $$"""{"type":"Split","pattern":{"String":" "},"behavior":"{{behavior}}","invert":{{invert}} }""");
                yield return ($"Split \\d+ {behavior}, invert {invert}", $$"""{"type":"Split","pattern":{"Regex":"\\d+|e"},"behavior":"{{behavior}}","invert":{{invert}} }""");
            }

            yield return ($"Punctuation {behavior}", $$"""{"type":"Punctuation","behavior":"{{behavior}}"}""");
        }

        for (int i = 0; i < Expressions.Length; i++)
        {
            yield return ($"Split by {Expressions[i]}", $$"""{"type":"Split","pattern":{"Regex":{{JsonSerializer.Serialize(Expressions[i])}}},"behavior":"Isolated","invert":false}""");
        }

        yield return ("Digits", """{"type":"Digits","individual_digits":false}""");
        yield return ("Digits, each", """{"type":"Digits","individual_digits":true}""");
        yield return ("Whitespace", """{"type":"Whitespace"}""");
        yield return ("WhitespaceSplit", """{"type":"WhitespaceSplit"}""");
        yield return ("BertPreTokenizer", """{"type":"BertPreTokenizer"}""");
        yield return ("CharDelimiterSplit", """{"type":"CharDelimiterSplit","delimiter":"e"}""");
        yield return ("DeepSeek 3", """{"type":"Split","pattern":{"Regex":"\\p{N}{1,3}"},"behavior":"Isolated","invert":false},{"type":"Split","pattern":{"Regex":"[一-龥぀-ゟ゠-ヿ]+"},"behavior":"Isolated","invert":false},{"type":"Split","pattern":{"Regex":"[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false}""");
    }

    private static string Added(int id, string content, string flag, string special)
    {
        JsonObject token = new() { ["id"] = id, ["content"] = content, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = special == "true" };
        if (token.ContainsKey(flag))
        {
            token[flag] = true;
        }

        return token.ToJsonString();
    }

    /// <summary>A model with changes: objects are merged, null takes a property of the vocabulary away, everything else is replaced.</summary>
    private static JsonObject Changed(JsonNode model, JsonNode changes)
    {
        JsonObject changed = model.DeepClone().AsObject();
        foreach ((string name, JsonNode? value) in changes.AsObject())
        {
            if (value is JsonObject inner && name is "model" or "vocab")
            {
                changed[name] = Changed(changed[name]!, value!);
            }
            else if (value is null && name.StartsWith('<'))
            {
                changed.Remove(name);
            }
            else
            {
                changed[name] = value?.DeepClone();
            }
        }

        return changed;
    }

    private static JsonNode Bytes()
    {
        using BytePairTrainer trainer = new(SplitPattern.Gpt2, threads: 1);
        trainer.Add(Encoding.UTF8.GetBytes("hello hellos the then theory of the end, the hello and the others in the hall: 12 123 1234 (hello) the café naïve 日本 日本 end end\n\n\n\nthe"));
        string path = Path.Combine(Path.GetTempPath(), $"ngpt-fixture-{Environment.ProcessId}.json");
        TokenizerFile.Save(trainer.Train(300), path);
        JsonNode root = JsonNode.Parse(File.ReadAllText(path))!;
        File.Delete(path);
        root["pre_tokenizer"]!["use_regex"] = false;
        return root;
    }

    private static JsonObject Characters()
    {
        string[] names = ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), .. "▁abcdefghijklmnoprstuvwxyABHTWé日.,0123".Select(character => character.ToString()),
            "th", "the", "▁the", "▁a", "nd", "end", "▁end", "▁▁", "ll", "hell", "he", "hello", "▁t", "日本"];
        string[] merges = ["t h", "th e", "▁ the", "▁ a", "n d", "e nd", "▁ end", "▁ ▁", "h e", "l l", "he ll", "hell o", "▁ t"];
        JsonObject vocabulary = [];
        foreach ((int id, string name) in names.Index())
        {
            vocabulary[name] = id;
        }

        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. names.Take(3).Select((name, id) => JsonNode.Parse(Added(id, name, "none", "true")))]),
            ["normalizer"] = JsonNode.Parse("""{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}"""),
            ["pre_tokenizer"] = null,
            ["post_processor"] = null,
            ["decoder"] = JsonNode.Parse("""{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}"""),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = "<unk>",
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = true,
                ["byte_fallback"] = true,
                ["ignore_merges"] = false,
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. merges.Select(merge => JsonValue.Create(merge))]),
            },
        };
    }
}
