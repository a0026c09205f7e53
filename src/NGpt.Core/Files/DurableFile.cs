using System.Text;
using System.Text.RegularExpressions;
using NGpt.Core.Files.Native;

namespace NGpt.Core.Files;

/// <summary>
/// Writes files that are either whole or not there: written aside in the same folder, flushed to disk, renamed, and the
/// folder flushed. A crash or a full disk at any moment leaves the previous file as it was.
/// </summary>
public static class DurableFile
{
    private const int BufferLength = 1 << 16;

    /// <summary>Writes a file, replacing the one of that name at the end.</summary>
    /// <param name="path">The file; its folder must exist. A symbolic link of that name is replaced, not followed.</param>
    /// <param name="write">Writes the content to the stream given, which it must not keep.</param>
    /// <exception cref="Errors.NGptException">
    /// The disk is full, permission is denied, or another storage failure; the old file is unchanged.
    /// </exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? throw new ArgumentException("Names a root folder, not a file.", nameof(path));
        string aside = TemporaryName.Beside(full);
        try
        {
            try
            {
                using (FileStream stream = new(aside, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferLength))
                {
                    write(stream);
                    stream.Flush(flushToDisk: true);
                }

                File.Move(aside, full, overwrite: true);
            }
            catch
            {
                TryDelete(aside);
                throw;
            }

            UnixFile.Flush(folder);
        }
        catch (Exception failure) when (StorageFailure.Explain(failure, "writing", path) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Writes a text file as UTF-8 without a byte order mark.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="text">The whole content.</param>
    /// <exception cref="Errors.NGptException">As for <see cref="Write"/>.</exception>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    // The first failure is the one to report; a temporary file that cannot be removed now is a recognisable leftover.
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }
}

/// <summary>
/// The names of unfinished files and folders: <c>.NAME.tmp-PID-N</c> beside the final <c>NAME</c>. The process id and a
/// counter keep writers apart; the form tells leftovers of a crash from everything else.
/// </summary>
internal static partial class TemporaryName
{
    // The common file systems allow 255 bytes, a character takes up to three, and what is added here less than 40.
    private const int MaxKeptLength = 60;

    private static long _count;

    /// <summary>A fresh name beside the final path, in the same folder so that a rename is atomic.</summary>
    public static string Beside(string finalPath)
    {
        string name = Path.GetFileName(finalPath);
        if (name.Length > MaxKeptLength)
        {
            name = name[..MaxKeptLength];
        }

        return Path.Combine(
            Path.GetDirectoryName(finalPath) ?? string.Empty,
            $".{name}.tmp-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
    }

    /// <summary>Whether a file or folder name has the form of an unfinished one.</summary>
    public static bool Matches(string name) => Form().IsMatch(name);

    [GeneratedRegex(@"\A\..+\.tmp-[0-9]+-[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
