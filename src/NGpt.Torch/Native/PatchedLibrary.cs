using System.Security.Cryptography;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Torch.Native;

/// <summary>Writes the patched form of a native library, never into an existing file.</summary>
/// <remarks>
/// The library in the output folder is usually a hard link into the package cache, so a write into it would change the
/// package for every program. The patched copy is written to a temporary file and renamed over the link; processes that
/// start at the same time each rename a complete, identical file.
/// </remarks>
internal static class PatchedLibrary
{
    private const long MaxLibrarySize = 256L << 20;

    /// <summary>The patched library and its changes.</summary>
    internal sealed record Placement(string Path, IReadOnlyList<string> Changes);

    /// <summary>Makes the patched library.</summary>
    internal static Placement Place(string path, IReadOnlySet<string> provided, bool canReplace, string cacheFolder)
    {
        if (new FileInfo(path).Length > MaxLibrarySize)
        {
            throw new FileFormatException(path, "larger than any known build of this library", "restore the packages again");
        }
        byte[] image = File.ReadAllBytes(path);
        string digest = Convert.ToHexStringLower(SHA256.HashData(image));
        ElfVersionPatchResult result = ElfVersionPatch.Apply(image, path, provided);
        if (!result.IsChanged)
        {
            // Another process has just patched it, or the failure has another cause.
            return new Placement(path, []);
        }
        if (canReplace && TryReplace(path, image))
        {
            return new Placement(path, result.Changes);
        }
        string cached = Path.Combine(cacheFolder, "native", digest, Path.GetFileName(path));
        if (!IsSame(cached, image))
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(cached)!);
                Write(cached, image, path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NGptException)
            {
                throw new NGptException(
                    $"{path} must be patched for this system, but neither its folder nor the cache folder {cacheFolder} is writable: {e.Message}",
                    $"set {CacheFolder.Variable} to a writable folder; `ngpt doctor` shows more", e);
            }
        }
        return new Placement(cached, result.Changes);
    }

    private static bool TryReplace(string path, byte[] image)
    {
        try
        {
            Write(path, image, path);
            return true;
        }
        catch (NGptException)
        {
            return false;
        }
    }

    private static void Write(string path, byte[] image, string original)
    {
        DateTime time = File.GetLastWriteTimeUtc(original);
        DurableFile.Write(path, stream => stream.Write(image));
        // The same size and time let the next build see that the file is up to date.
        File.SetLastWriteTimeUtc(path, time);
    }

    private static bool IsSame(string path, byte[] image)
    {
        FileInfo file = new(path);
        return file.Exists && file.Length == image.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(image);
    }
}
