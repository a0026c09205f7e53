using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using NGpt.Core.Errors;
using NGpt.Core.Files.Native;

namespace NGpt.Core.Files;

/// <summary>
/// Keeps two processes from writing into one folder: of a run, or of a dataset in preparation. The lock is the operating system's, on the file
/// <c>run.lock</c>: it ends with the process, however that ends. The file itself stays, and its existence means nothing;
/// while locked it tells process, computer and start time of the holder.
/// </summary>
/// <remarks>
/// Network file systems without locks grant it to everybody: it guards against accidents, not against attackers.
/// </remarks>
public sealed class RunLock : IDisposable
{
    /// <summary>The name of the lock file in the folder.</summary>
    public const string FileName = "run.lock";

    private const int MaxContentLength = 1024;
    private const int SharingViolationWindows = unchecked((int)0x80070020);
    private const int WouldBlockLinux = 11;
    private const int WouldBlockMac = 35;

    private readonly FileStream _stream;

    private RunLock(FileStream stream, string folder)
    {
        _stream = stream;
        Folder = folder;
    }

    /// <summary>The locked folder, as it was given.</summary>
    public string Folder { get; }

    /// <summary>Locks a folder without waiting. The caller disposes the result to unlock it.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <exception cref="NGptException">Another holder has the lock, or the lock file cannot be written.</exception>
    public static RunLock Acquire(string folder) =>
        TryAcquire(folder, out IOException? held)
        ?? throw new NGptException($"the folder {folder} is in use by {Holder(Path.Combine(folder, FileName))}", "wait for it or stop it, or choose another folder", held);

    /// <summary>Locks a folder without waiting, or returns null where another holder has the lock. The caller disposes the result to unlock it.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <exception cref="NGptException">The lock file cannot be written.</exception>
    public static RunLock? TryAcquire(string folder) => TryAcquire(folder, out _);

    /// <summary>Removes a folder that was made to be locked, if nothing was written into it.</summary>
    /// <param name="folder">The folder; it need not exist.</param>
    public static void RemoveUnused(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        try
        {
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).All(path => Path.GetFileName(path) == FileName))
            {
                using (RunLock? taken = TryAcquire(folder))
                {
                    if (taken is not null)
                    {
                        File.Delete(Path.Combine(folder, FileName));
                    }
                }

                Directory.Delete(folder);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NGptException)
        {
            // Somebody uses it, or it cannot be removed: an empty folder does no harm.
        }
    }

    private static RunLock? TryAcquire(string folder, out IOException? held)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string path = Path.Combine(folder, FileName);
        held = null;
        try
        {
            // Windows must share for reading, or no process could read who holds the lock; there, writers exclude each
            // other all the same. Elsewhere None is the exclusive lock.
            FileShare share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
            FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, bufferSize: 1);
            try
            {
                stream.SetLength(0);
                stream.Write(Encoding.UTF8.GetBytes(Myself()));
                stream.Flush();
                return new RunLock(stream, folder);
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        }
        catch (IOException failure) when (IsHeldElsewhere(failure))
        {
            held = failure;
            return null;
        }
        catch (Exception failure) when (StorageFailure.Explain(failure, "locking", path) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Unlocks the folder.</summary>
    public void Dispose()
    {
        if (!_stream.CanWrite)
        {
            return;
        }

        // Emptied rather than deleted: deleting would let one process lock the name's old file and another its new one.
        try
        {
            _stream.SetLength(0);
        }
        catch (IOException)
        {
            // Unlocking matters more than tidiness.
        }

        _stream.Dispose();
    }

    private static bool IsHeldElsewhere(IOException failure)
    {
        if (OperatingSystem.IsWindows())
        {
            return failure.HResult == SharingViolationWindows;
        }

        return failure.HResult == (OperatingSystem.IsMacOS() ? WouldBlockMac : WouldBlockLinux);
    }

    private static string Myself() => string.Create(
        CultureInfo.InvariantCulture,
        $"process {Environment.ProcessId} on {Environment.MachineName} since {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC\n");

    // The content is informational only: it is shortened, made printable and shown.
    private static string Holder(string path)
    {
        try
        {
            using SafeFileHandle? handle = OperatingSystem.IsWindows()
                ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
                : UnixFile.OpenUnlocked(path);
            Span<byte> buffer = stackalloc byte[MaxContentLength];
            int length = handle is null ? 0 : RandomAccess.Read(handle, buffer, fileOffset: 0);
            string text = string.Concat(Encoding.UTF8.GetString(buffer[..length]).Trim().Where(c => !char.IsControl(c)));
            return text.Length > 0 ? text : "another process";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}
