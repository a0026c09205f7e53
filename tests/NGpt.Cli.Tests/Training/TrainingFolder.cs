using System.Globalization;
using System.Text;
using NGpt.Cli.Commands;

namespace NGpt.Cli.Tests.Training;

/// <summary>A temporary folder with a small text, and the options of a run that takes a second.</summary>
internal sealed class TrainingFolder : IDisposable
{
    /// <summary>Steps of a run, unless others are asked for.</summary>
    public const int Steps = 30;

    public TrainingFolder()
    {
        Path = Directory.CreateTempSubdirectory("ngpt-train-").FullName;
        // Prepared data goes with the folder. Tests in this process use one cache for all folders, which is as good.
        Cache = System.IO.Path.Combine(Path, "cache");
        Environment.SetEnvironmentVariable("NGPT_CACHE_DIR", Cache);
        WriteText(Text, 400, seed: 1);
    }

    public string Path { get; }

    public string Cache { get; }

    public string Text => At("text.txt");

    public string At(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public static void WriteText(string path, int lines, int seed)
    {
        string[] words = ["sphere", "norm", "vector", "of", "the", "unit", "scale", "größer", "attention", "and"];
        Random random = new(seed);
        StringBuilder text = new();
        for (int line = 0; line < lines; line++)
        {
            text.AppendJoin(' ', Enumerable.Range(0, 3 + random.Next(8)).Select(_ => words[random.Next(words.Length)])).Append('\n');
        }

        File.WriteAllText(path, text.ToString());
    }

    /// <summary>Removes the tokens that a run was trained on from the cache.</summary>
    public static void ForgetTokens(string run)
    {
        string fingerprint = new Core.Checkpoints.RunFolder(run).LoadConfig().Data.Fingerprint;
        foreach (string folder in Directory.GetDirectories(Environment.GetEnvironmentVariable("NGPT_CACHE_DIR")!)
            .Where(folder => File.ReadAllText(System.IO.Path.Combine(folder, "dataset.json")).Contains(fingerprint, StringComparison.Ordinal)))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Arguments that begin a run with a model of 3,000 parameters; later ones are added or replace these.</summary>
    public string[] Begin(string run, params string[] more) => Merge(
        ["--data", Text, "--layers", "2", "--heads", "3", "--embedding-width", "18", "--mlp-width", "23", "--context-length", "17",
            "--batch-size", "3", "--steps", Steps.ToString(CultureInfo.InvariantCulture), "--checkpoint-interval", "5", "--eval-interval", "4",
            "--eval-batches", "2", "--log-interval", "1", "--sample-tokens", "0", "--threads", "1", "--device", "cpu", "--out", At(run)],
        more);

    /// <summary>Runs the command in this process.</summary>
    public static CommandResult Train(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = new CommandLine(new TrainCommand()).Run(["train", .. arguments], output, error);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string[] Merge(string[] options, string[] more)
    {
        HashSet<string> replaced = [.. more.Where(argument => argument.StartsWith("--", StringComparison.Ordinal))];
        List<string> merged = [];
        for (int i = 0; i < options.Length; i += 2)
        {
            if (!replaced.Contains(options[i]))
            {
                merged.AddRange(options[i..(i + 2)]);
            }
        }

        return [.. merged, .. more];
    }
}
