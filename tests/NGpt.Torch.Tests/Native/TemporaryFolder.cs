namespace NGpt.Torch.Tests.Native;

/// <summary>A fresh folder for one test, removed with everything in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("ngpt-native-").FullName;

    internal string Below(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    internal string Write(string name, string text)
    {
        string file = Below(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
