using System.Diagnostics;
using System.Runtime.CompilerServices;
using NGpt.Core.Configuration;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Tests.Models;

namespace NGpt.Runtime.Tests.Examples;

/// <summary>What the READMEs of the packages show is a program that is compiled with the solution; here it runs.</summary>
public sealed class PackageExampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public PackageExampleTests()
    {
        ByteTokenizer tokenizer = new();
        _model = new TestModel(TestModel.Shape(Architecture.NGpt, vocabulary: tokenizer.VocabularySize)).Save(_folder.File("model"));
        TokenizerFile.Save(tokenizer, Path.Combine(_model, TokenizerFile.FileName));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("NGpt.Core", "ReadCheckpoint")]
    [InlineData("NGpt.Runtime", "GenerateText")]
    public void The_readme_of_a_package_shows_the_program(string package, string example)
    {
        string readme = File.ReadAllText(Path.Combine(Root, "src", package, "README.md"));
        string program = File.ReadAllText(Path.Combine(Root, "examples", example, "Program.cs"));
        Assert.Contains($"```csharp\n{program}```", readme);
        Assert.True(program.Split('\n').Length <= 16, "a first example is read at a glance");
    }

    [Fact]
    public void The_text_is_written_at_once_and_then_streamed()
    {
        string output = Run("GenerateText");
        int half = output.IndexOf('\n', output.Length / 2);
        Assert.True(output.Length > 20, output);
        // The same seed gives the same text twice: first with a line end, then in pieces.
        Assert.Equal(output[..half], output[(half + 1)..]);
    }

    [Fact]
    public void A_checkpoint_is_listed_and_its_tokenizer_works()
    {
        string output = Run("ReadCheckpoint");
        Assert.Contains("model.layers.2.mlp.sv [101]\n", output);
        Assert.Contains("model.embed_tokens.weight [256, 42]\n", output);
        Assert.EndsWith("12 tokens: Hello, world\n", output);
    }

    private static string Root { get; } = FindRoot();

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    private string Run(string example)
    {
        string built = Path.GetRelativePath(Path.Combine(Root, "tests", "NGpt.Runtime.Tests"), AppContext.BaseDirectory);
        string program = Path.Combine(Root, "examples", example, built, $"{example}.dll");
        Assert.SkipUnless(File.Exists(program), "These tests are published elsewhere, without the examples.");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, _model])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal((0, ""), (process.ExitCode, error.Result));
        return output.ReplaceLineEndings("\n");
    }
}
