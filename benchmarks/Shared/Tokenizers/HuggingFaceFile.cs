using System.Text.Json;
using System.Text.Json.Nodes;
using Tokenizer = Tokenizers.DotNet.Tokenizer;

namespace NGpt.Benchmarks.Tokenizers;

/// <summary>A <c>tokenizer.json</c> as Hugging Face's library reads it.</summary>
internal static class HuggingFaceFile
{
    /// <summary>Reads the tokenizer without what puts tokens around a text and without truncation, which are not done here either.</summary>
    public static Tokenizer Load(string path)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllBytes(path))!;
        root["post_processor"] = null;
        root["truncation"] = null;
        root["padding"] = null;
        string plain = Path.Combine(Path.GetTempPath(), $"ngpt-tokenizer-{Environment.ProcessId}.json");
        File.WriteAllText(plain, root.ToJsonString(new JsonSerializerOptions { MaxDepth = 256 }));
        try
        {
            return new Tokenizer(plain);
        }
        finally
        {
            File.Delete(plain);
        }
    }
}
