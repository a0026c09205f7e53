namespace NGpt.Fuzz.Targets;

/// <summary>Valid files from this project's own writers.</summary>
internal static class SeedFiles
{
    /// <summary>What a writer writes.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="write">Writes it to a path.</param>
    public static FuzzFile Written(string name, Action<string> write)
    {
        string folder = Directory.CreateTempSubdirectory("ngpt-fuzz-").FullName;
        try
        {
            string path = Path.Combine(folder, name);
            write(path);
            return new FuzzFile(name, File.ReadAllBytes(path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
