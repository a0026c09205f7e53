using NGpt.Core.Errors;

namespace NGpt.Runtime.Quantization;

/// <summary>Where a file is written.</summary>
internal static class OutputFile
{
    /// <summary>Chooses the file, and refuses one that is in the way.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="source">The run's folder, or the checkpoint's where it belongs to none.</param>
    /// <param name="parameters">Learned numbers.</param>
    /// <returns>The file's path: beside the source and named by convention where none was asked for.</returns>
    /// <exception cref="UsageException">There is a file already, or the name or folder cannot be used.</exception>
    public static string Choose(QuantizationRequest request, string source, long parameters)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(source));
        string name = GgufFileName.Of(Path.GetFileName(full), parameters, request.Type);
        string path = request.Output is not string given ? Path.Combine(Beside(source, full), name)
            : Directory.Exists(given) ? Path.Combine(given, name)
            : given;
        if (!path.EndsWith(GgufFileName.Extension, StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"--out {path} does not end in {GgufFileName.Extension}, by which such a file is known", "give another name, or an existing folder");
        }

        if (Directory.Exists(path))
        {
            throw new UsageException($"{path} is a folder", "give another --out");
        }

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is string folder && !Directory.Exists(folder))
        {
            throw new UsageException($"{folder}: there is no such folder", "create it, or give another --out");
        }

        return request.Replaces || !File.Exists(path)
            ? path
            : throw new UsageException($"{path} is there already", "give --force to replace it, or another --out");
    }

    // Relative where the source was, so that the path can be read and typed like it.
    private static string Beside(string source, string full)
    {
        string trimmed = Path.TrimEndingDirectorySeparator(source);
        return Path.GetDirectoryName(Path.GetFileName(trimmed) is "." or ".." ? full : trimmed) ?? full;
    }
}
