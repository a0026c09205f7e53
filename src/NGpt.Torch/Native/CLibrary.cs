using System.Runtime.InteropServices;

namespace NGpt.Torch.Native;

/// <summary>Functions of the C library on Linux; some are in glibc only.</summary>
internal static partial class CLibrary
{
    /// <summary>The version of glibc, or null on other systems and with other C libraries (musl).</summary>
    internal static string? GlibcVersion { get; } = ReadGlibcVersion();

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    internal static partial int SetMallocOption(int parameter, int value);

    /// <summary>Requests transparent huge pages for a block of page-aligned memory (Linux).</summary>
    internal static unsafe void AdviseLargePages(void* memory, long bytes)
    {
        const int HugePage = 14;
        if (OperatingSystem.IsLinux())
        {
            _ = AdviseMemory(memory, (nuint)bytes, HugePage);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static unsafe partial int AdviseMemory(void* memory, nuint bytes, int advice);

    [LibraryImport("libc", EntryPoint = "gnu_get_libc_version")]
    private static partial nint GetGlibcVersion();

    private static string? ReadGlibcVersion()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }
        try
        {
            return Marshal.PtrToStringUTF8(GetGlibcVersion());
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }
}

/// <summary>The shared libraries mapped into this process (Linux).</summary>
public static class LoadedLibraries
{
    /// <summary>Finds the file of a loaded library.</summary>
    /// <param name="namePart">The start of its file name, such as <c>libgomp</c>.</param>
    /// <returns>The full path, or null where none is loaded or the system does not report it (Windows, macOS).</returns>
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
