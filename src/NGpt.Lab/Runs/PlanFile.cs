using System.Text.Json;
using System.Text.Json.Serialization;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Lab.Runs;

/// <summary>The plan of an experiment on disk, in the experiment's folder.</summary>
/// <typeparam name="T">The plan.</typeparam>
/// <param name="fileName">Name of the file.</param>
/// <param name="experiment">What the experiment is, for messages, for example <c>a comparison</c>.</param>
/// <param name="version">Version of the file that this program writes.</param>
/// <param name="isSound">Whether a plan that was read has what every plan has.</param>
internal sealed class PlanFile<T>(string fileName, string experiment, int version, Func<T, bool> isSound)
    where T : class
{
    private const int MaxFileSize = 1 << 20;

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        MaxDepth = 8,
        IncludeFields = true,
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Writes a plan into its folder.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="folder">The folder, which exists.</param>
    public void Save(T plan, string folder) =>
        DurableFile.WriteText(Path.Combine(folder, fileName), JsonSerializer.Serialize(new Envelope(version, plan), Format) + "\n");

    /// <summary>Reads the plan of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The plan, or null where there is none.</returns>
    /// <exception cref="FileFormatException">The file is damaged or of a newer version.</exception>
    public T? Load(string folder)
    {
        string path = Path.Combine(folder, fileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            if (new FileInfo(path).Length > MaxFileSize)
            {
                throw new FileFormatException(path, $"has more than {MaxFileSize} bytes");
            }

            Envelope envelope = JsonSerializer.Deserialize<Envelope>(File.ReadAllText(path), Format) ?? throw new JsonException();
            return envelope.Version != version
                ? throw new FileFormatException(path, $"was written by another version (version {envelope.Version}; this program knows {version})", "give another --out")
                : isSound(envelope.Plan) ? envelope.Plan : throw new FormatException();
        }
        catch (Exception failure) when (failure is JsonException or FormatException)
        {
            throw new FileFormatException(path, $"is not the plan of {experiment}", "give another --out", failure);
        }
    }

    private sealed record Envelope(int Version, T Plan);
}
