using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NGpt.Core.Files.Native;

/// <summary>The few calls of the C library that .NET does not offer for folders and locked files.</summary>
internal static partial class UnixFile
{
    private const int ReadOnly = 0;
    private const int NonBlockingLinux = 0x800;
    private const int NonBlockingMac = 0x4;
    private const int IllegalSeek = 29;
    private const int InvalidArgument = 22;
    private const int NotSupportedLinux = 95;
    private const int NotSupportedMac = 45;

    /// <summary>
    /// Makes the names in a folder (a rename, a new file) survive a power failure. Does nothing on Windows, where
    /// the file system's journal does it and folders cannot be flushed.
    /// </summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw Failure(Marshal.GetLastPInvokeError(), folder);
        }

        int error = FSync(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = Close(descriptor);

        // Some network and user-space file systems cannot flush folders and say so: there is nothing to be done then.
        if (error is not (0 or InvalidArgument or NotSupportedLinux or NotSupportedMac))
        {
            throw Failure(error, folder);
        }
    }

    /// <summary>Opens a file for reading without asking for .NET's advisory lock, which the holder of a run lock has.</summary>
    public static SafeFileHandle? OpenUnlocked(string path)
    {
        int descriptor = Open(path, ReadOnly);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>
    /// Whether a file can be read once only, such as a named pipe. It is opened without waiting for a writer, as .NET would.
    /// </summary>
    public static bool IsPipe(string path)
    {
        const int Current = 1;
        int descriptor = OperatingSystem.IsWindows() ? -1 : Open(path, ReadOnly | (OperatingSystem.IsMacOS() ? NonBlockingMac : NonBlockingLinux));
        if (descriptor < 0)
        {
            return false;
        }

        bool isPipe = Seek(descriptor, 0, Current) < 0 && Marshal.GetLastPInvokeError() == IllegalSeek;
        _ = Close(descriptor);
        return isPipe;
    }

    private static IOException Failure(int error, string folder) =>
        new($"Cannot flush the folder {folder}: {Marshal.GetPInvokeErrorMessage(error)}", error);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
