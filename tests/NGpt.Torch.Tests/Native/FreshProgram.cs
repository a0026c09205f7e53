using System.Diagnostics;

namespace NGpt.Torch.Tests.Native;

/// <summary>
/// A program as it is right after a build, with TorchSharp's library as the package brings it, to be started in a
/// process of its own. libtorch itself is linked, not copied.
/// </summary>
internal sealed class FreshProgram : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal FreshProgram(bool linkBridge = false)
    {
        string built = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory.Replace("NGpt.Torch.Tests", "NGpt.Torch.Probe", StringComparison.Ordinal)));
        Directory.CreateDirectory(Native);
        foreach (string file in Directory.EnumerateFiles(built).Where(f => Path.GetExtension(f) is ".dll" or ".json"))
        {
            File.Copy(file, _folder.File(Path.GetFileName(file)));
        }
        foreach (string file in Directory.EnumerateFiles(Path.Combine(built, "libtorch")).Where(f => f != Path.Combine(built, "libtorch", Path.GetFileName(PackageFiles.Bridge))))
        {
            File.CreateSymbolicLink(Path.Combine(Native, Path.GetFileName(file)), Path.Combine(PackageFiles.LibTorchFolder, Path.GetFileName(file)));
        }
        // A link to a copy, not to the package itself, which a mistake would then change for every program.
        File.Copy(PackageFiles.Bridge, linkBridge ? Linked : Bridge);
        if (linkBridge)
        {
            File.CreateSymbolicLink(Bridge, Linked);
        }
    }

    internal string Folder => _folder.Path;

    internal string Native => _folder.File("libtorch");

    internal string Bridge => Path.Combine(Native, "libLibTorchSharp.so");

    internal string Linked => _folder.File("package.so");

    internal string Cache => _folder.File("cache");

    /// <summary>Starts it and reads what it prints as key and value.</summary>
    internal ProgramResult Run(string[] arguments, params (string Name, string? Value)[] environment)
    {
        ProcessStartInfo start = new(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(_folder.File("NGpt.Torch.Probe.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment.Remove("NGPT_LIBTORCH");
        start.Environment.Remove("OMP_NUM_THREADS");
        start.Environment["NGPT_CACHE_DIR"] = Cache;
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ProgramResult(process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    public void Dispose() => _folder.Dispose();
}
