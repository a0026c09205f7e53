namespace NGpt.Torch.Native;

/// <summary>The shared libraries mapped into this process (Linux).</summary>
public static class LoadedLibraries
{
    /// <summary>Finds the file of a library that is loaded, so that it need not be opened a second time.</summary>
    /// <param name="namePart">The beginning of its file name, such as <c>libgomp</c>.</param>
    /// <returns>The full path, or null where none is loaded or the system does not tell (Windows, macOS).</returns>
    public static string? Find(string namePart)
    {
        ArgumentException.ThrowIfNullOrEmpty(namePart);
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            int start = line.IndexOf('/', StringComparison.Ordinal);
            if (start >= 0 && Path.GetFileName(line.AsSpan(start)).StartsWith(namePart, StringComparison.Ordinal))
            {
                return line[start..];
            }
        }
        return null;
    }
}
