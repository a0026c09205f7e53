using System.Text.Json;
using System.Text.Json.Serialization;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Lab.Runs;

/// <summary>The plan of an experiment on disk, in the experiment's folder.</summary>
internal sealed class PlanFile<T>(string fileName, string experiment, int version, Func<T, bool> isValid)
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

    public string Experiment => experiment;

    public void Save(T plan, string folder) =>
        DurableFile.WriteText(Path.Combine(folder, fileName), JsonSerializer.Serialize(new Envelope(version, plan), Format) + "\n");

    /// <summary>Reads the plan of a folder, null where there is none.</summary>
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
                : isValid(envelope.Plan) ? envelope.Plan : throw new FormatException();
        }
        catch (Exception failure) when (failure is JsonException or FormatException)
        {
            throw new FileFormatException(path, $"is not the plan of {experiment}", "give another --out", failure);
        }
    }

    private sealed record Envelope(int Version, T Plan);
}

/// <summary>
/// Compares the options of a call with the stored plan of its folder. Everything that determines the results must be
/// equal; the budget may change.
/// </summary>
internal sealed class PlanDifferences
{
    private readonly List<string> _differences = [];

    public void Compare(string name, string stored, string asked)
    {
        if (stored != asked)
        {
            _differences.Add($"{name} {stored}, not {asked}");
        }
    }

    public void Compare<T>(string name, IReadOnlyList<T> stored, IReadOnlyList<T> asked) =>
        Compare(name, string.Join(',', stored), string.Join(',', asked));

    /// <summary>Compares settings in any order.</summary>
    public void CompareSettings(IReadOnlyList<(string Name, string Value)> stored, IReadOnlyList<(string Name, string Value)> asked)
    {
        Compare("settings", Text(stored), Text(asked));

        static string Text(IReadOnlyList<(string Name, string Value)> settings) =>
            settings.Count == 0 ? "none" : string.Join(' ', settings.Select(setting => $"--{setting.Name} {setting.Value}").Order(StringComparer.Ordinal));
    }

    public void ThrowIfAny(string folder, string experiment)
    {
        if (_differences.Count > 0)
        {
            throw new UsageException($"{folder} holds {experiment} with {string.Join("; ", _differences)}", "give the same options to resume it, or another --out");
        }
    }
}
