using System.Globalization;
using System.Runtime.InteropServices;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Numerics.Threads;

namespace NGpt.Torch.Native;

/// <summary>Examines everything that training depends on; a failed check does not prevent the others, so it works without libtorch.</summary>
public static class Doctor
{
    private const long LowDisk = 2L << 30;
    private const long LowMemory = 1L << 30;

    /// <summary>Examines the machine, the runtime, and libtorch.</summary>
    /// <param name="folder">A folder on the disk where runs are written.</param>
    /// <returns>The findings, in reading order.</returns>
    public static IReadOnlyList<DoctorFinding> Examine(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        List<DoctorFinding> findings = [];
        Add(findings, "system", () => [ExamineSystem()]);
        Add(findings, ".NET", () => [new(FindingStatus.Ok, ".NET", $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {AppContext.BaseDirectory}")]);
        Add(findings, "processor", () => [ExamineProcessor()]);
        Add(findings, "memory", () => [ExamineMemory()]);
        Add(findings, "disk", () => [ExamineDisk(folder)]);
        Add(findings, "cache folder", () => [ExamineCache()]);
        Add(findings, "libtorch", LibTorchExamination.Examine);
        return findings;
    }

    // An unexpected failure of one check must not hide the others.
    private static void Add(List<DoctorFinding> findings, string subject, Func<IReadOnlyList<DoctorFinding>> examine)
    {
        try
        {
            findings.AddRange(examine());
        }
        catch (NGptException e)
        {
            findings.Add(new DoctorFinding(FindingStatus.Problem, subject, e.Message, e.Remedy));
        }
        catch (Exception e) when (e is not (OutOfMemoryException or StackOverflowException))
        {
            findings.Add(new DoctorFinding(FindingStatus.Problem, subject, $"could not be examined: {e.GetType().Name}: {e.Message}"));
        }
    }

    private static DoctorFinding ExamineSystem()
    {
        string system = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}";
        if (!OperatingSystem.IsLinux())
        {
            return new(FindingStatus.Ok, "system", system);
        }
        system = $"{ReadDistribution() ?? system}, {RuntimeInformation.OSArchitecture}";
        if (CLibrary.GlibcVersion is not string glibc)
        {
            return new(FindingStatus.Problem, "system", $"{system}, not glibc", "libtorch is built for glibc: use a distribution that has it (not Alpine)");
        }
        string standardLibrary = NativeLibrary.TryLoad("libstdc++.so.6", out _) && LoadedLibraries.Find("libstdc++.so") is string path
            ? HighestVersion(ElfVersionPatch.ReadProvidedVersions(path))
            : "none";
        return standardLibrary == "none"
            ? new(FindingStatus.Problem, "system", $"{system}, glibc {glibc}, no libstdc++", "install libstdc++ (package libstdc++6 or libstdc++)")
            : new(FindingStatus.Ok, "system", $"{system}, glibc {glibc}, libstdc++ to {standardLibrary}");
    }

    private static string HighestVersion(IEnumerable<string> versions) => versions
        .Where(v => v.StartsWith("GLIBCXX_", StringComparison.Ordinal) && Version.TryParse(v.AsSpan(8), out _))
        .MaxBy(v => Version.Parse(v.AsSpan(8))) ?? "none";

    private static string? ReadDistribution() => File.Exists("/etc/os-release")
        ? File.ReadLines("/etc/os-release").FirstOrDefault(l => l.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))?["PRETTY_NAME=".Length..].Trim('"')
        : null;

    private static DoctorFinding ExamineProcessor()
    {
        ProcessorFeatures features = ProcessorFeatures.Current;
        ProcessorCores cores = ProcessorCores.Current;
        (string Name, bool? Has)[] extensions =
        [
            ("AVX2", features.HasAvx2), ("AVX-512", features.HasAvx512F), ("AMX", features.HasAmxBf16),
            ("AdvSimd", features.HasAdvSimd), ("bf16 instructions", features.HasBf16DotProduct),
        ];
        string detail = string.Create(CultureInfo.InvariantCulture, $"{features.Name}, {cores.Physical} core{(cores.Physical == 1 ? "" : "s")}, {NativeEnvironment.CountThreads(cores.Logical)}; ")
            + string.Join(", ", extensions.Where(e => e.Has is not null).Select(e => $"{e.Name} {(e.Has == true ? "yes" : "no")}"));
        return features.HasAvx2 == false
            ? new(FindingStatus.Warning, "processor", detail, "without AVX2 training is several times slower")
            : new(FindingStatus.Ok, "processor", detail);
    }

    private static DoctorFinding ExamineMemory()
    {
        MachineMemory memory = MachineMemory.Read();
        string detail = $"{ByteSize.Format(memory.Available)} available of {ByteSize.Format(memory.Total)}{(memory.IsLimited ? " (the container's limit)" : "")}";
        return memory.Available < LowMemory
            ? new(FindingStatus.Warning, "memory", detail, "close other programs, or train a smaller model or batch")
            : new(FindingStatus.Ok, "memory", detail);
    }

    private static DoctorFinding ExamineDisk(string folder)
    {
        string full = Path.GetFullPath(folder);
        long free = new DriveInfo(full).AvailableFreeSpace;
        string detail = $"{ByteSize.Format(free)} free in {full}";
        return free < LowDisk
            ? new(FindingStatus.Warning, "disk", detail, "checkpoints take three times the size of the model: free some space")
            : new(FindingStatus.Ok, "disk", detail);
    }

    private static DoctorFinding ExamineCache()
    {
        string folder = CacheFolder.Path;
        string trial = Path.Combine(folder, $".trial-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(trial, []);
            File.Delete(trial);
            return new(FindingStatus.Ok, "cache folder", $"{folder} is writable");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(FindingStatus.Warning, "cache folder", $"{folder} is not writable: {e.Message}", $"set {CacheFolder.Variable} to a writable folder");
        }
    }
}

/// <summary>One finding of <see cref="Doctor"/>.</summary>
/// <param name="Status">Its severity.</param>
/// <param name="Subject">What was examined, in one to three words.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">What to do, or null.</param>
public sealed record DoctorFinding(FindingStatus Status, string Subject, string Detail, string? Remedy = null);

/// <summary>The severity of a finding.</summary>
public enum FindingStatus
{
    /// <summary>No problem.</summary>
    Ok,

    /// <summary>Works, with limitations.</summary>
    Warning,

    /// <summary>Something will not work.</summary>
    Problem,
}
