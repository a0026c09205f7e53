using System.Text;
using NGpt.Core.Errors;

namespace NGpt.Core.Files;

/// <summary>
/// A text file that holds the name of one of its neighbours, such as <c>latest</c> with <c>step-00001000</c>: a
/// symbolic link for every platform, replaced in one step.
/// </summary>
public static class PointerFile
{
    // The longest name of the common file systems, in bytes.
    private const int MaxNameLength = 255;

    private const string Remedy = "write the name of a folder beside it into the file, or delete the file";

    /// <summary>Points to a neighbour.</summary>
    /// <param name="path">The pointer file.</param>
    /// <param name="name">The name of a file or folder in the same folder, without any path.</param>
    /// <exception cref="ArgumentException">This is not a plain name.</exception>
    /// <exception cref="NGptException">Storage failures: see <see cref="DurableFile.Write"/>.</exception>
    public static void Write(string path, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsPlainName(name))
        {
            throw new ArgumentException($"'{name}' is not a plain file or folder name.", nameof(name));
        }

        DurableFile.WriteText(path, name + "\n");
    }

    /// <summary>Reads where a pointer file points. Whether that exists is not checked.</summary>
    /// <param name="path">The pointer file.</param>
    /// <returns>A plain name, never a path that leads elsewhere; null when there is no pointer file.</returns>
    /// <exception cref="FileFormatException">The file holds something else than one plain name.</exception>
    /// <exception cref="NGptException">The file cannot be read.</exception>
    public static string? Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

            // Room for the line end, and one byte that tells a longer file.
            Span<byte> buffer = stackalloc byte[MaxNameLength + 3];
            int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            string name = Encoding.UTF8.GetString(buffer[..length]).TrimEnd('\r', '\n');
            return length < buffer.Length && IsPlainName(name)
                ? name
                : throw new FileFormatException(path, $"expected the name of a neighbouring folder, found {Quoted.Name(name)}", Remedy);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (StorageFailure.Explain(failure, "reading", path) is { } explained)
        {
            throw explained;
        }
    }

    private static bool IsPlainName(string name) =>
        name.Length > 0
        && name is not ("." or "..")
        && Encoding.UTF8.GetByteCount(name) <= MaxNameLength
        && !name.AsSpan().ContainsAny("/\\:\ufffd")
        && name.Trim() == name
        && !name.Any(char.IsControl);
}
