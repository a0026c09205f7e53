using System.Text.Json;
using System.Text.Json.Nodes;
using SharpToken;
using Tokenizer = Tokenizers.DotNet.Tokenizer;

namespace NGpt.TokenizerConformance;

/// <summary>A library that others use, with the tokenizer of the same file.</summary>
internal interface IReference : IDisposable
{
    /// <summary>The library.</summary>
    string Name { get; }

    /// <summary>The tokens of a text; contents of special tokens in it become those tokens.</summary>
    int[] Encode(string text);

    /// <summary>The text of tokens without special ones; null where the library has none.</summary>
    string? Decode(int[] tokens);
}

/// <summary>Hugging Face's library.</summary>
internal sealed class HuggingFaceReference : IReference
{
    private readonly Tokenizer _tokenizer;

    /// <summary>Reads a <c>tokenizer.json</c>, without what puts tokens around a text and without truncation.</summary>
    public HuggingFaceReference(string path)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllBytes(path))!;
        root["post_processor"] = null;
        root["truncation"] = null;
        root["padding"] = null;
        string plain = Path.Combine(Path.GetTempPath(), $"ngpt-conformance-{Environment.ProcessId}.json");
        File.WriteAllText(plain, root.ToJsonString(new JsonSerializerOptions { MaxDepth = 256 }));
        try
        {
            _tokenizer = new Tokenizer(plain);
        }
        finally
        {
            File.Delete(plain);
        }
    }

    /// <inheritdoc/>
    public string Name => "Hugging Face tokenizers";

    /// <inheritdoc/>
    public int[] Encode(string text) => [.. _tokenizer.Encode(text).Select(id => (int)id)];

    /// <inheritdoc/>
    public string? Decode(int[] tokens) => _tokenizer.Decode([.. tokens.Select(id => (uint)id)]);

    /// <inheritdoc/>
    public void Dispose() => _tokenizer.Dispose();
}

/// <summary>SharpToken, a port of tiktoken; it has OpenAI's ranks in itself.</summary>
internal sealed class SharpTokenReference(string encoding) : IReference
{
    private readonly GptEncoding _encoding = GptEncoding.GetEncoding(encoding);

    /// <inheritdoc/>
    public string Name => $"SharpToken ({encoding})";

    /// <inheritdoc/>
    public int[] Encode(string text) => [.. _encoding.Encode(text, new HashSet<string> { "all" })];

    /// <inheritdoc/>
    public string? Decode(int[] tokens) => null;

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
