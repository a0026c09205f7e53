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
