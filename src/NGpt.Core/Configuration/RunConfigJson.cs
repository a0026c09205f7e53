using System.Text.Json;
using NGpt.Core.Errors;

namespace NGpt.Core.Configuration;

/// <summary>
/// The run folder's <c>config.json</c>: the resolved run, with snake_case keys and a version. Every key is required
/// and an unknown one is an error, so that what was run is never guessed. Numbers survive exactly. The keys are those of
/// the configuration records, in the order of declaration, with their <see cref="KeyPresence"/>: <c>precision</c>,
/// <c>engine</c>, <c>sampling</c> and <c>packing</c> may be absent, since the first runs had only float32, the plain
/// modules, and shuffled windows of one stream of tokens.
/// </summary>
public static class RunConfigJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes a configuration.</summary>
    /// <param name="config">A valid configuration.</param>
    /// <returns>Indented UTF-8 JSON that ends with a line feed.</returns>
    public static byte[] Serialize(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Indented))
        {
            json.WriteStartObject();
            RunConfig.Schema.Write(json, config);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>Reads and checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>A valid configuration.</returns>
    /// <exception cref="FileFormatException">The file is missing, damaged, of a newer version, or impossible.</exception>
    public static RunConfig Load(string path) => Parse(JsonObjectReader.ReadFile(path), path);

    /// <summary>Reads and checks a configuration.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="path">The file to name in messages.</param>
    /// <returns>A valid configuration.</returns>
    /// <exception cref="FileFormatException">The text is damaged, of a newer version, or impossible.</exception>
    public static RunConfig Parse(ReadOnlyMemory<byte> json, string path) => JsonObjectReader.Read(json, path, reader =>
    {
        RunConfig config = RunConfig.Schema.Read(reader);
        if (config.Version > RunConfig.CurrentVersion)
        {
            throw new FileFormatException(
                path,
                $"the run was written by a newer version (config version {config.Version}; this program knows {RunConfig.CurrentVersion})",
                "Use the newer version of ngpt");
        }

        reader.RejectUnknownKeys();
        if (reader.Problems.Count == 0 && config.Version < 1)
        {
            reader.Problems.Add($"version {config.Version} is below 1");
        }

        if (reader.Problems.Count == 0)
        {
            reader.Problems.AddRange(config.Validate());
        }

        return config;
    });
}
