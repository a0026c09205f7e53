using System.Text.Json;
using NGpt.Cli.Commands;
using NGpt.Core.Tokenizers;

namespace NGpt.Cli.Tests.Commands;

public sealed class TokenizerCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Out => _folder.File("tokenizer.json");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gpt2")]
    [InlineData("gpt4")]
    public void Training_writes_a_tokenizer_and_says_how_good_it_is(string pattern)
    {
        string first = _folder.Write("a.txt", string.Concat(Enumerable.Repeat("the tokenizer's text, 1234 times over and over\n", 20)));
        string second = _folder.Write("more/b.txt", string.Concat(Enumerable.Repeat("another text to learn the pairs of bytes from\n", 20)));
        (int code, string output, string error) = Run("train", first, Path.GetDirectoryName(second)!, "--vocabulary-size", "300", "--out", Out, "--pattern", pattern, "--json");
        Assert.Equal((0, ""), (code, error));
        BytePairTokenizer tokenizer = Assert.IsType<BytePairTokenizer>(TokenizerFile.Load(Out));
        Assert.Equal((300, pattern, 299), (tokenizer.VocabularySize, tokenizer.Pattern?.Name, tokenizer.EndOfText));
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal($"{Out}: 300 tokens, pattern {pattern}", lines[0].TrimEnd());
        Assert.StartsWith("trained on 1.86 KB in 0.", lines[1], StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(lines[^1]);
        long tokens = tokenizer.Encode(File.ReadAllText(first)).Length + tokenizer.Encode(File.ReadAllText(second)).Length;
        Assert.Equal(tokens, json.RootElement.GetProperty("text_tokens").GetInt64());
        Assert.Equal(1860, json.RootElement.GetProperty("text_bytes").GetInt64());
        Assert.Equal(Math.Round(1860.0 / tokens, 4), json.RootElement.GetProperty("bytes_per_token").GetDouble());
    }

    [Fact]
    public void The_limit_ends_reading_between_characters()
    {
        string text = _folder.Write("a.txt", string.Concat(Enumerable.Repeat("ä ö ü ", 100)));
        (int code, string output, string error) = Run("train", text, "--vocabulary-size", "300", "--out", Out, "--limit", "100", "--json");
        Assert.Equal(0, code);
        Assert.StartsWith("warning: the text has pairs for", error, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        // The hundredth byte is the first half of an umlaut.
        Assert.Equal(99, json.RootElement.GetProperty("text_bytes").GetInt64());
    }

    [Theory]
    [InlineData("train TEXT --out OUT", "'--vocabulary-size' is required", 2)]
    [InlineData("train TEXT --vocabulary-size 299 --out OUT", "--vocabulary-size 299 is outside 300 to 100000", 2)]
    [InlineData("train TEXT --vocabulary-size 300 --out OUT --pattern gpt3", "--pattern gpt3 is unknown. Give gpt2 or gpt4", 2)]
    [InlineData("train TEXT --vocabulary-size 300 --out OUT --limit 0", "--limit 0 is below 1", 2)]
    [InlineData("train TEXT --vocabulary-size 300 --out FOLDER", "is a folder", 2)]
    [InlineData("train TEXT --vocabulary-size 300 --out FOLDER/no/such.json", "there is no folder", 2)]
    [InlineData("train FOLDER/none.txt --vocabulary-size 300 --out OUT", "there is no such file or folder", 2)]
    [InlineData("encode FOLDER/none.json x", "there is no such tokenizer file", 1)]
    [InlineData("encode TEXT x", "not JSON", 1)]
    public void Wrong_usage_is_one_line_and_writes_nothing(string arguments, string problem, int exitCode)
    {
        string text = _folder.Write("a.txt", "some text, some text");
        (int code, string output, string error) = Run([.. arguments.Split(' ').Select(word =>
            word.Replace("TEXT", text, StringComparison.Ordinal).Replace("OUT", Out, StringComparison.Ordinal).Replace("FOLDER", _folder.Path, StringComparison.Ordinal))]);
        Assert.Equal((exitCode, ""), (code, output));
        Assert.Contains(problem, error, StringComparison.Ordinal);
        Assert.Equal(error.Length, error.IndexOf('\n', StringComparison.Ordinal) + 1);
        Assert.Equal(["a.txt"], _folder.Names());
    }

    [Fact]
    public void Encoding_shows_ids_and_pieces()
    {
        TokenizerFile.Save(new ByteTokenizer(), Out);
        (int code, string output, string error) = Run("encode", Out, "a\"\né");
        Assert.Equal(0, code);
        Assert.Equal(["     97  \"a\"", "     34  \"\\\"\"", "     10  \"\\n\"", "    195  \"\\xC3\"", "    169  \"\\xA9\""], output.TrimEnd().Split('\n').Select(line => line.TrimEnd('\r')));
        Assert.Equal("bytes, 256 tokens in all: 5 bytes, 5 tokens", error.TrimEnd());
        Assert.Equal("""{"tokenizer":"bytes","vocabulary_size":256,"bytes":2,"tokens":[104,105]}""", Run("encode", Out, "hi", "--json").Output.TrimEnd());
    }

    [Fact]
    public void Pieces_are_safe_to_show() => Assert.Equal("\"\\u001B[2J é\\xFF\"", TokenizerEncodeCommand.Shown("\u001b[2J é"u8.ToArray().Append((byte)0xFF).ToArray()));

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = new CommandLine(new TokenizerCommand()).Run(["tokenizer", .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
