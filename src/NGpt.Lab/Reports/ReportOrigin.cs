using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using NGpt.Core.Numerics.Threads;
using NGpt.Lab.Runs;
using NGpt.Torch.Native;

namespace NGpt.Lab.Reports;

/// <summary>How an experiment was made: command, version, machine, time, seeds, configuration.</summary>
internal sealed record ReportOrigin
{
    // Enough letters to identify a commit.
    private const int CommitLength = 10;

    /// <summary>The command that repeats it, for example <c>ngpt compare --quick</c>.</summary>
    public required string Command { get; init; }

    /// <summary>Version of the program, with the commit where it is known.</summary>
    public required string Version { get; init; }

    /// <summary>Processor, cores, memory, system.</summary>
    public required string Machine { get; init; }

    /// <summary>When the report was written.</summary>
    public required DateTimeOffset Written { get; init; }

    /// <summary>Computing time of everything that the report shows.</summary>
    [JsonPropertyName("elapsed_seconds"), JsonConverter(typeof(Seconds))]
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Seeds, in the order of their use.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>Model, recipe and data: label and value.</summary>
    public required IReadOnlyList<(string Label, string Value)> Configuration { get; init; }

    /// <summary>This program's version, with the commit that it was built from where the build knew it.</summary>
    public static string CurrentVersion { get; } = VersionText(
        typeof(ReportOrigin).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    /// <summary>The origin of an experiment that ends now, on this machine.</summary>
    public static ReportOrigin Now(
        string command, TimeSpan elapsed, IReadOnlyList<long> seeds, IReadOnlyList<(string Label, string Value)> configuration) => new()
        {
            Command = command,
            Version = CurrentVersion,
            Machine = MachineText(),
            Written = DateTimeOffset.Now,
            Elapsed = elapsed,
            Seeds = seeds,
            Configuration = configuration,
        };

    /// <summary>The version in words, from the build's <c>NUMBER+COMMIT</c>.</summary>
    internal static string VersionText(string informational)
    {
        string[] parts = informational.Split('+', 2);
        return parts.Length == 1 || parts[1].Length == 0
            ? $"ngpt {parts[0]}"
            : $"ngpt {parts[0]} (commit {parts[1][..Math.Min(CommitLength, parts[1].Length)]})";
    }

    // Processor, cores, memory, system and runtime.
    private static string MachineText()
    {
        string memory = (MachineMemory.Read().Total / 1e9).ToString("0.0", CultureInfo.InvariantCulture);
        return $"{ProcessorFeatures.Current.Name}, {RunDescription.Count(ProcessorCores.Current.Physical, "core")}, {memory} GB, "
            + $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture}), {RuntimeInformation.FrameworkDescription}";
    }
}
