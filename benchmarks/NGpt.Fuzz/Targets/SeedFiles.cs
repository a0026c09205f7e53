namespace NGpt.Fuzz.Targets;

/// <summary>Valid files from this project's own writers.</summary>
internal static class SeedFiles
{
    /// <summary>What a writer writes.</summary>
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
