using System.Globalization;

namespace NGpt.Core.Numerics.Threads;

/// <summary>The processor cores that this process may use.</summary>
/// <param name="Logical">Hardware threads, after affinity and container limits; at least 1.</param>
/// <param name="Physical">Cores, after the same limits; equal to <paramref name="Logical"/> where the system does not tell (Windows, macOS).</param>
public sealed record ProcessorCores(int Logical, int Physical)
{
    /// <summary>Maximum number of threads that may be asked for, of training, inference and preparation.</summary>
    public const int MaxThreads = 1024;

    private static readonly Lazy<ProcessorCores> Value = new(() => Read("/proc/self/status", "/sys/devices/system/cpu", Environment.ProcessorCount));

    /// <summary>The cores of this process.</summary>
    public static ProcessorCores Current => Value.Value;

    /// <summary>Reads Linux's description of the processors.</summary>
    internal static ProcessorCores Read(string statusFile, string processorFolder, int logical)
    {
        try
        {
            HashSet<(string Package, string Core)> cores = [];
            foreach (int cpu in AllowedProcessors(statusFile))
            {
                string topology = Path.Combine(processorFolder, string.Create(CultureInfo.InvariantCulture, $"cpu{cpu}"), "topology");
                string package = File.ReadAllText(Path.Combine(topology, "physical_package_id")).Trim();
                cores.Add((package, File.ReadAllText(Path.Combine(topology, "core_id")).Trim()));
            }
            return new ProcessorCores(logical, cores.Count > 0 ? Math.Min(cores.Count, logical) : logical);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            return new ProcessorCores(logical, logical);
        }
    }

    // The list has the form 0-3,8,10-11.
    private static List<int> AllowedProcessors(string statusFile)
    {
        const string Key = "Cpus_allowed_list:";
        string list = File.ReadLines(statusFile).FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal))?[Key.Length..].Trim() ?? "";
        List<int> processors = [];
        foreach (string range in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = range.Split('-');
            int first = int.Parse(ends[0], CultureInfo.InvariantCulture);
            int last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
            if (first < 0 || last - first > 65536)
            {
                throw new FormatException("not a list of processors");
            }
            for (int cpu = first; cpu <= last; cpu++)
            {
                processors.Add(cpu);
            }
        }
        return processors;
    }
}
