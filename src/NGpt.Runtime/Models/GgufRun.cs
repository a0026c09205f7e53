using System.Text;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files.Gguf;

namespace NGpt.Runtime.Models;

/// <summary>The run that trained the model of a GGUF file, which says what text was held out.</summary>
public static class GgufRun
{
    /// <summary>Reads it from the file's metadata.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The run's configuration; null where the file does not say.</returns>
    /// <exception cref="FileFormatException">The file or what it says is damaged.</exception>
    /// <exception cref="NGptException">The file cannot be read.</exception>
    public static RunConfig? Of(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        return file.Metadata.ContainsKey(GgufNames.RunConfig) ? RunConfigJson.Parse(Encoding.UTF8.GetBytes(file.Text(GgufNames.RunConfig)), path) : null;
    }
}
