using System.Diagnostics;
using System.Text.Json;
using NGpt.Benchmarks.Tokenizers;
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

    /// <summary>Reads a <c>tokenizer.json</c>.</summary>
    public HuggingFaceReference(string path) => _tokenizer = HuggingFaceFile.Load(path);

    /// <inheritdoc/>
    public string Name => "Hugging Face tokenizers";

    /// <inheritdoc/>
    public int[] Encode(string text) => [.. _tokenizer.Encode(text).Select(id => (int)id)];

    /// <inheritdoc/>
    public string? Decode(int[] tokens) => _tokenizer.Decode([.. tokens.Select(id => (uint)id)]);

    /// <inheritdoc/>
    public void Dispose() => _tokenizer.Dispose();
}

/// <summary>OpenAI's tiktoken as its npm package (the Rust code compiled to WebAssembly), in a process of Node. It has the ranks in itself.</summary>
internal sealed class TiktokenReference : IReference
{
    private const string Script = """
        const { get_encoding } = require("tiktoken");
        const encoding = get_encoding(process.argv[1]);
        require("readline").createInterface({ input: process.stdin }).on("line", line => console.log(JSON.stringify([...encoding.encode(JSON.parse(line), "all")])));
        """;

    private readonly string _encoding;
    private readonly Process _process;

    /// <summary>Starts Node in the folder of the ranks' file, from which it finds the package.</summary>
    public TiktokenReference(string path)
    {
        _encoding = Path.GetFileNameWithoutExtension(path);
        _process = Process.Start(new ProcessStartInfo("node", ["-e", Script, _encoding])
        {
            WorkingDirectory = Path.GetDirectoryName(Path.GetFullPath(path)),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    /// <inheritdoc/>
    public string Name => $"tiktoken ({_encoding})";

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        // Escaped to ASCII, so that no encoding of the pipe matters.
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(text));
        _process.StandardInput.Flush();
        string line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("Node ended: is the package tiktoken beside the file?");
        return JsonSerializer.Deserialize<int[]>(line)!;
    }

    /// <inheritdoc/>
    public string? Decode(int[] tokens) => null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
