using System.Diagnostics;
using System.Globalization;
using System.Text;
using NGpt.Cli.Commands;
using NGpt.Cli.Tests.Training;

namespace NGpt.Cli.Tests.Data;

/// <summary>A temporary folder, and calls of <c>ngpt data</c> in this process or in one of their own.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string At(params string[] names) => _folder.File(names);

    public string Write(string name, string text) => _folder.Write(name, text);

    /// <summary>JSON lines of documents of random words.</summary>
    public string WriteJsonLines(string name, int documents, int seed)
    {
        Random random = new(seed);
        string[] words = ["sphere", "norm", "vector", "of", "the", "unit", "größer", "attention", "\\n", "😀"];
        StringBuilder lines = new();
        for (int i = 0; i < documents; i++)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{{\"id\":{i},\"text\":\"document {i}");
            for (int word = random.Next(60); word >= 0; word--)
            {
                lines.Append(' ').Append(words[random.Next(words.Length)]);
            }

            lines.Append("\"}\n");
        }

        return Write(name, lines.ToString());
    }

    public static CommandResult Run(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = new CommandLine(new TrainCommand(), new DataCommand()).Run(arguments, output, error);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Starts the real command.</summary>
    public Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ngpt.dll"), .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = _folder.Path,
    })!;

    /// <summary>The files of a dataset and their contents.</summary>
    public Dictionary<string, byte[]> Contents(string name) => Directory.GetFiles(At(name))
        .Where(path => Path.GetFileName(path) != "run.lock")
        .ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);

    public void Dispose() => _folder.Dispose();
}
