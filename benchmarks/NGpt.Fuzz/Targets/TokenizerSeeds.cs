using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NGpt.Core.Tokenizers;

namespace NGpt.Fuzz.Targets;

/// <summary>Small valid tokenizers of every kind of file.</summary>
internal static class TokenizerSeeds
{
    private const string Text = "hello hellos the then theory of the end, the hello and the others in the hall: 12 123 1234 (hello) the";

    /// <summary>Files of the format of this project and of Hugging Face.</summary>
    public static IReadOnlyList<FuzzFile[]> Json()
    {
        BytePairTokenizer trained = Trained();
        FuzzFile bytePairs = Saved(trained);
        return
        [
            [bytePairs],
            [Edited(bytePairs, WithExpression)],
            [Edited(bytePairs, root => AddTokens(root, trained.VocabularySize))],
            [Edited(bytePairs, WithNormalizers)],
            [Edited(bytePairs, WithSteps)],
            [Edited(bytePairs, AsCharacters)],
            [Saved(new ByteTokenizer(hasEndOfText: true))],
            [Saved(new CharacterTokenizer("The theory's 12345 hos, größe".EnumerateRunes(), hasEndOfText: true))],
            [Saved(new CharacterTokenizer(Encoding.UTF8.GetString("<|>()\r\n\t日本語😀"u8).EnumerateRunes()))],
            [SavedModel()],
        ];
    }

    /// <summary>Lists of byte strings with their ranks.</summary>
    public static IReadOnlyList<FuzzFile[]> Tiktoken()
    {
        byte[] ranks = Ranks(Trained());
        return [[new FuzzFile("cl100k.tiktoken", ranks)], [new FuzzFile("o200k.tiktoken", ranks)]];
    }

    /// <summary>A vocabulary in one file and its merges in another.</summary>
    public static IReadOnlyList<FuzzFile[]> VocabularyAndMerges() => [Pair(Saved(Trained()))];

    /// <summary>Models of both kinds, with and without pieces for bytes.</summary>
    public static IReadOnlyList<FuzzFile[]> SentencePiece() =>
    [
        [new FuzzFile("tokenizer.model", SentencePieceModel.Sample())],
        [new FuzzFile("tokenizer.model", SentencePieceModel.Sample(hasBytes: false))],
        [new FuzzFile("tokenizer.model", SentencePieceModel.Sample(modelType: 1))],
        [new FuzzFile("tokenizer.model", SentencePieceModel.Mixed(modelType: 1))],
        [new FuzzFile("tokenizer.model", SentencePieceModel.Mixed(modelType: 2))],
    ];

    private static BytePairTokenizer Trained()
    {
        using BytePairTrainer trainer = new(SplitPattern.Gpt2);
        trainer.Add(Encoding.UTF8.GetBytes(Text));
        return trainer.Train(300, hasEndOfText: false);
    }

    private static FuzzFile Saved(ITokenizer tokenizer) => SeedFiles.Written(TokenizerFile.FileName, path => TokenizerFile.Save(tokenizer, path));

    private static FuzzFile SavedModel() => SeedFiles.Written(TokenizerFile.FileName, path =>
    {
        string model = Path.ChangeExtension(path, ".model");
        File.WriteAllBytes(model, SentencePieceModel.Sample());
        TokenizerFile.Save(TokenizerFile.Load(model), path);
    });

    private static FuzzFile Edited(FuzzFile file, Action<JsonNode> edit)
    {
        JsonNode root = JsonNode.Parse(file.Content)!;
        edit(root);
        return file with { Content = Encoding.UTF8.GetBytes(root.ToJsonString()) };
    }

    private static void WithExpression(JsonNode root) => root["pre_tokenizer"] = new JsonObject
    {
        ["type"] = "Sequence",
        ["pretokenizers"] = new JsonArray(
            new JsonObject
            {
                ["type"] = "Split",
                ["pattern"] = new JsonObject { ["Regex"] = @"(?i:'s|'t)| ?\p{L}+| ?\p{N}{1,3}|\s+(?!\S)|\s+" },
                ["behavior"] = "Isolated",
                ["invert"] = false,
            },
            new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = false }),
    };

    private static void WithNormalizers(JsonNode root) => root["normalizer"] = JsonNode.Parse(
        """{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"},{"type":"NFKC"},{"type":"Lowercase"},{"type":"Strip","strip_left":true,"strip_right":true},{"type":"Prepend","prepend":"x"},{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "},{"type":"Replace","pattern":{"String":"the"},"content":"a"}]}""");

    private static void WithSteps(JsonNode root) => root["pre_tokenizer"] = JsonNode.Parse(
        """{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"Punctuation","behavior":"Contiguous"},{"type":"WhitespaceSplit"},{"type":"Split","pattern":{"String":"e"},"behavior":"MergedWithNext","invert":false},{"type":"Split","pattern":{"Regex":"[a-z&&[^e]]{1,3}+|\\p{N}++"},"behavior":"MergedWithPrevious","invert":true},{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}]}""");

    private static void AsCharacters(JsonNode root)
    {
        JsonNode model = root["model"]!;
        model["vocab"] = new JsonObject { ["<unk>"] = 0, ["</s>"] = 1, ["▁"] = 2, ["t"] = 3, ["h"] = 4, ["e"] = 5, ["th"] = 6, ["▁the"] = 7, ["the"] = 8, ["<0xC3>"] = 9, ["<0x9F>"] = 10 };
        model["merges"] = new JsonArray("t h", "th e", "▁ the");
        model["unk_token"] = "<unk>";
        model["byte_fallback"] = true;
        model["fuse_unk"] = true;
        root["added_tokens"] = JsonNode.Parse("""[{"id":1,"content":"</s>","special":true,"lstrip":true,"rstrip":true,"single_word":false,"normalized":true},{"id":8,"content":"the","special":false,"single_word":true}]""");
        root["pre_tokenizer"] = JsonNode.Parse("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true}""");
        root["decoder"] = JsonNode.Parse("""{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""");
    }

    private static void AddTokens(JsonNode root, int first) => root["added_tokens"] = new JsonArray(
        new JsonObject { ["id"] = first, ["content"] = "<|endoftext|>", ["special"] = true },
        new JsonObject { ["id"] = first + 1, ["content"] = " 12345 hello", ["special"] = false });

    private static byte[] Ranks(BytePairTokenizer tokenizer)
    {
        StringBuilder lines = new();
        for (int token = 0; token < tokenizer.VocabularySize; token++)
        {
            if (tokenizer.TokenBytes(token) is { IsEmpty: false } bytes)
            {
                lines.Append(Convert.ToBase64String(bytes)).Append(' ').Append(token.ToString(CultureInfo.InvariantCulture)).Append('\n');
            }
        }

        return Encoding.ASCII.GetBytes(lines.ToString());
    }

    private static FuzzFile[] Pair(FuzzFile file)
    {
        JsonNode model = JsonNode.Parse(file.Content)!["model"]!;
        IEnumerable<string> merges = model["merges"]!.AsArray().Select(merge => merge is JsonArray two ? $"{two[0]} {two[1]}" : merge!.ToString());
        return
        [
            new FuzzFile("vocab.json", Encoding.UTF8.GetBytes(model["vocab"]!.ToJsonString())),
            new FuzzFile("merges.txt", Encoding.UTF8.GetBytes(string.Join('\n', merges.Prepend("#version: 0.2")) + "\n")),
        ];
    }
}
