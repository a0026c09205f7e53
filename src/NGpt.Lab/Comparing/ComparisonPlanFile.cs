using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Lab.Comparing;

/// <summary>The plan of a comparison on disk: <c>comparison.json</c> in its folder.</summary>
internal static class ComparisonPlanFile
{
    private const string FileName = "comparison.json";
    private const int LargestFile = 1 << 20;

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        MaxDepth = 8,
        IncludeFields = true,
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Writes a plan into its folder.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="folder">The folder, which exists.</param>
    public static void Save(ComparisonPlan plan, string folder) =>
        DurableFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(new Envelope(ComparisonPlan.CurrentVersion, plan), Format) + "\n");

    /// <summary>Reads the plan of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The plan, or null where there is none.</returns>
    /// <exception cref="FileFormatException">The file is damaged or of a newer version.</exception>
    public static ComparisonPlan? Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            if (new FileInfo(path).Length > LargestFile)
            {
                throw new FileFormatException(path, $"has more than {LargestFile} bytes");
            }

            Envelope envelope = JsonSerializer.Deserialize<Envelope>(File.ReadAllText(path), Format) ?? throw new JsonException();
            return envelope.Version == ComparisonPlan.CurrentVersion
                ? Checked(envelope.Plan)
                : throw new FileFormatException(path, $"was written by another version (version {envelope.Version}; this program knows {ComparisonPlan.CurrentVersion})", "give another --out");
        }
        catch (Exception failure) when (failure is JsonException or FormatException)
        {
            throw new FileFormatException(path, "is not the plan of a comparison", "give another --out", failure);
        }
    }

    private static ComparisonPlan Checked(ComparisonPlan plan) =>
        plan is { Steps: >= 1, EvalInterval: >= 1, NGptRates.Count: >= 1, GptRates.Count: >= 1, GptWeightDecays.Count: >= 1, GptWarmups.Count: >= 1, Seeds.Count: >= 1 }
            ? plan
            : throw new FormatException();

    private sealed record Envelope(int Version, ComparisonPlan Plan);
}
