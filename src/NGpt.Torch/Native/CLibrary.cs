using System.Runtime.InteropServices;

namespace NGpt.Torch.Native;

/// <summary>The few functions of the C library that are needed. They exist on Linux; some in glibc only.</summary>
internal static partial class CLibrary
{
    /// <summary>The version of glibc, or null on other systems and with other C libraries (musl).</summary>
    internal static string? GlibcVersion { get; } = ReadGlibcVersion();

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    internal static partial int SetMallocOption(int parameter, int value);

    /// <summary>Asks for large pages behind a block of memory, where the system has them on request (Linux).</summary>
    /// <param name="memory">First byte, aligned to a page.</param>
    /// <param name="bytes">Size of the block.</param>
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
