using System.Runtime.InteropServices;

namespace NGpt.Torch.Probe;

/// <summary>The environment as native libraries see it.</summary>
internal static partial class NativeVariables
{
    /// <summary>The value of a variable in the C library's list, or null.</summary>
    internal static string? Read(string name) => Marshal.PtrToStringUTF8(GetEnvironment(name));

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnvironment(string name);
}
