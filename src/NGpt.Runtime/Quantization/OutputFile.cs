using System.Globalization;
using System.Text;
using NGpt.Core.Errors;
using NGpt.Core.Quantization;

namespace NGpt.Runtime.Quantization;

/// <summary>Where a file is written.</summary>
internal static class OutputFile
{
    /// <summary>
    /// Chooses the file, and refuses one that is in the way. Returns the file's path: beside the source and named by
    /// convention where none was requested.
    /// </summary>
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

/// <summary>File names by GGUF's convention, <c>Base-Size-vX.Y-Encoding.gguf</c>, for example <c>small-ngpt-2.1M-v1.0-Q8_0.gguf</c>.</summary>
public static class GgufFileName
{
    /// <summary>The extension.</summary>
    public const string Extension = ".gguf";

    /// <summary>The version that files are given: a trained model is never changed, so there is but one.</summary>
    public const string Version = "v1.0";

    private const string NoName = "model";

    /// <summary>The name of a file.</summary>
    /// <param name="baseName">What the model is called; characters that the convention does not have become hyphens.</param>
    /// <param name="parameters">Parameters of the model, above 0.</param>
    /// <param name="type">How most of them are stored.</param>
    /// <returns>The name, without a folder.</returns>
    public static string Of(string baseName, long parameters, WeightType type) =>
        $"{Base(baseName)}-{SizeLabel(parameters)}-{Version}-{type.Name()}{Extension}";

    /// <summary>A number of parameters as file names and metadata have it: at least two digits, such as <c>2.1M</c> and <c>162M</c>.</summary>
    /// <param name="parameters">Parameters, above 0.</param>
    public static string SizeLabel(long parameters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameters, 1);
        (double unit, string suffix) = parameters switch
        {
            // From where it would be rounded up to the next unit.
            >= 999_500_000_000 => (1e12, "T"),
            >= 999_500_000 => (1e9, "B"),
            >= 999_500 => (1e6, "M"),
            _ => (1e3, "K"),
        };
        double scaled = parameters / unit;
        return scaled.ToString(scaled < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture) + suffix;
    }

    /// <summary>A name with letters, digits and single hyphens between them.</summary>
    /// <param name="name">Any name.</param>
    public static string Base(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        StringBuilder kept = new(name.Length);
        foreach (char character in name)
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                kept.Append(character);
            }
            else if (kept.Length > 0 && kept[^1] != '-')
            {
                kept.Append('-');
            }
        }

        string cleaned = kept.ToString().TrimEnd('-');
        return cleaned.Length > 0 ? cleaned : NoName;
    }
}
