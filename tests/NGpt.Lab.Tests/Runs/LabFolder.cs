namespace NGpt.Lab.Tests.Runs;

/// <summary>A temporary folder with a small text, and the settings of runs that take less than a second.</summary>
internal sealed class LabFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LabFolder()
    {
        Environment.SetEnvironmentVariable("NGPT_CACHE_DIR", At("cache"));
        string[] words = ["sphere", "norm", "vector", "of", "the", "unit", "scale", "größer", "attention", "and"];
        Random random = new(1);
        File.WriteAllLines(At("text.txt"), Enumerable.Range(0, 400).Select(_ => string.Join(' ', Enumerable.Range(0, 7).Select(_ => words[random.Next(words.Length)]))));
    }

    /// <summary>Settings of a model of 3,000 parameters.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings =>
    [
        ("data", At("text.txt")), ("layers", "2"), ("heads", "3"), ("embedding-width", "18"), ("mlp-width", "23"), ("context-length", "17"),
        ("batch-size", "3"), ("eval-batches", "2"), ("threads", "1"), ("device", "cpu"), ("log-interval", "1"), ("dtype", "float32"),
    ];

    public string At(params string[] names) => Path.Combine([_folder.Path, .. names]);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("NGPT_CACHE_DIR", null);
        _folder.Dispose();
    }
}
