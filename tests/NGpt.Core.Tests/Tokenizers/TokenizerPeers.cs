using System.Text;
using System.Text.Json.Nodes;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Tokenizers;

/// <summary>A trained tokenizer in the forms of other programs.</summary>
internal static class TokenizerPeers
{
    /// <summary>A tiktoken file without end-of-text.</summary>
    public static byte[] Tiktoken(BytePairTokenizer tokenizer) => Encoding.UTF8.GetBytes(string.Concat(
        Enumerable.Range(0, tokenizer.VocabularySize).Where(id => id != tokenizer.EndOfText).Select(id => $"{Convert.ToBase64String(tokenizer.TokenBytes(id))} {id}\n")));

    /// <summary>GPT-2's two files; returns the path of the vocabulary.</summary>
    public static string WriteVocabularyAndMerges(BytePairTokenizer tokenizer, TemporaryFolder folder)
    {
        // The names of bytes are those of the file that was written before.
        string path = folder.File("names.json");
        TokenizerFile.Save(tokenizer, path);
        JsonNode model = JsonNode.Parse(File.ReadAllText(path))!["model"]!;
        File.Delete(path);
        model["vocab"]!["<|endoftext|>"] = tokenizer.EndOfText;
        folder.Write("merges.txt", "#version: 0.2\n" + string.Concat(model["merges"]!.AsArray().Select(merge => $"{(string?)merge}\n")));
        return folder.Write("vocab.json", model["vocab"]!.ToJsonString());
    }
}
