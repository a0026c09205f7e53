namespace NGpt.Tests.Browser;

/// <summary>Finds the browser of this machine, which the tests of pages drive; none is downloaded.</summary>
internal static class BrowserProgram
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>What a skipped test says.</summary>
    public const string Missing = "no browser: neither NGPT_BROWSER nor chromium, chromium-browser or google-chrome on the PATH";

    /// <summary>Path of the browser, or null where there is none. What NGPT_BROWSER names must exist.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("NGPT_BROWSER") is { Length: > 0 } named)
        {
            Assert.True(File.Exists(named), $"NGPT_BROWSER names {named}, which does not exist.");
            return named;
        }

        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
