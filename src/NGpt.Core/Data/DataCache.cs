namespace NGpt.Core.Data;

/// <summary>The folder that keeps prepared datasets between runs. Everything in it can be made again and may be deleted.</summary>
public static class DataCache
{
    /// <summary>
    /// <c>NGPT_CACHE_DIR</c>, else <c>ngpt</c> in the platform's cache folder: <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>,
    /// on Windows the local application data.
    /// </summary>
    public static string DefaultFolder
    {
        get
        {
            if (Environment.GetEnvironmentVariable("NGPT_CACHE_DIR") is { Length: > 0 } own)
            {
                return Path.GetFullPath(own);
            }

            if (OperatingSystem.IsWindows())
            {
                return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "ngpt");
            }

            // The XDG specification tells to ignore a path that is not absolute.
            return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache)
                ? Path.Combine(cache, "ngpt")
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "ngpt");
        }
    }
}
