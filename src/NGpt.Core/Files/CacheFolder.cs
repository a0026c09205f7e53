namespace NGpt.Core.Files;

/// <summary>Where nGPT keeps files that it can make again at any time.</summary>
public static class CacheFolder
{
    /// <summary>The environment variable that names another folder.</summary>
    public const string Variable = "NGPT_CACHE_DIR";

    /// <summary>
    /// The folder: <c>NGPT_CACHE_DIR</c> where set, else <c>ngpt</c> below <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>
    /// (Linux), <c>~/Library/Caches</c> (macOS), or the local application data (Windows). It need not exist yet.
    /// </summary>
    public static string Path
    {
        get
        {
            if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen)
            {
                return System.IO.Path.GetFullPath(chosen);
            }
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            string parent = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : OperatingSystem.IsMacOS()
                    ? System.IO.Path.Combine(home, "Library", "Caches")
                    // The XDG specification tells to ignore a path that is not absolute.
                    : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg && System.IO.Path.IsPathRooted(xdg)
                        ? xdg
                        : System.IO.Path.Combine(home, ".cache");
            return System.IO.Path.Combine(parent, "ngpt");
        }
    }
}
