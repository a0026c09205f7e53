using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Torch.Native;

namespace NGpt.Lab.Reports;

/// <summary>Gathers where, when and with what an experiment is made.</summary>
public static class ReportOrigins
{
    // As many letters of the commit as tell it from every other, and no more than people read.
    private const int CommitLength = 10;

    /// <summary>This program's version, with the commit that it was built from where the build knew it.</summary>
    public static string Version { get; } = VersionText(
        typeof(ReportOrigins).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    /// <summary>The origin of an experiment that ends now, on this machine.</summary>
    /// <param name="command">The command that makes it again.</param>
    /// <param name="elapsed">Computing time of everything that the report shows.</param>
    /// <param name="seeds">Seeds, in the order of their use.</param>
    /// <param name="configuration">Model, recipe and data: label and value.</param>
    /// <returns>The origin.</returns>
    public static ReportOrigin Now(
        string command, TimeSpan elapsed, IReadOnlyList<long> seeds, IReadOnlyList<(string Label, string Value)> configuration) => new()
        {
            Command = command,
            Version = Version,
            Machine = MachineText(),
            Written = DateTimeOffset.Now,
            Elapsed = elapsed,
            Seeds = seeds,
            Configuration = configuration,
        };

    /// <summary>Processor, cores, memory, system and runtime of this machine, in a line.</summary>
    /// <returns>For example <c>AMD EPYC 9655, 2 cores, 24.2 GB, Debian GNU/Linux 12 (X64), .NET 10.0.0</c>.</returns>
    public static string MachineText()
    {
        int cores = ProcessorCores.Current.Physical;
        string memory = (MachineMemory.Read().Total / 1e9).ToString("0.0", CultureInfo.InvariantCulture);
        return $"{ProcessorFeatures.Current.Name}, {cores} {(cores == 1 ? "core" : "cores")}, {memory} GB, "
            + $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture}), {RuntimeInformation.FrameworkDescription}";
    }

    /// <summary>A version as people write it.</summary>
    /// <param name="informational">The build's, <c>NUMBER+COMMIT</c>.</param>
    internal static string VersionText(string informational)
    {
        string[] parts = informational.Split('+', 2);
        return parts.Length == 1 || parts[1].Length == 0
            ? $"ngpt {parts[0]}"
            : $"ngpt {parts[0]} (commit {parts[1][..Math.Min(CommitLength, parts[1].Length)]})";
    }
}
