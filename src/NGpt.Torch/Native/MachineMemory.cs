using System.Diagnostics;
using System.Globalization;

namespace NGpt.Torch.Native;

/// <summary>The memory that this process may use, in bytes, with the limits of containers (cgroup versions 1 and 2).</summary>
/// <param name="Total">The memory of the machine, or the container's limit where that is lower.</param>
/// <param name="Available">Memory that can be allocated without swapping or exceeding the limit.</param>
/// <param name="IsLimited">Whether a container's limit is below the machine's memory.</param>
/// <param name="ProcessPeak">Peak resident memory of this process so far.</param>
public sealed record MachineMemory(long Total, long Available, bool IsLimited, long ProcessPeak)
{
    /// <summary>Reads the current state.</summary>
    public static MachineMemory Read()
    {
        if (OperatingSystem.IsLinux() && Read("/proc", "/sys/fs/cgroup") is MachineMemory linux)
        {
            return linux;
        }
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        using Process process = Process.GetCurrentProcess();
        long total = memory.TotalAvailableMemoryBytes;
        return new MachineMemory(total, Math.Max(0, total - memory.MemoryLoadBytes), false, process.PeakWorkingSet64);
    }

    /// <summary>Reads Linux's files below the given roots; null where meminfo cannot be read.</summary>
    internal static MachineMemory? Read(string processes, string groups)
    {
        long? total = ReadKilobytes(Path.Combine(processes, "meminfo"), "MemTotal:");
        long? available = ReadKilobytes(Path.Combine(processes, "meminfo"), "MemAvailable:");
        if (total is not long all || available is not long free)
        {
            return null;
        }
        long machine = all;
        foreach ((long limit, long used) in ReadLimits(Path.Combine(processes, "self", "cgroup"), groups))
        {
            if (limit < machine)
            {
                all = Math.Min(all, limit);
                free = Math.Min(free, Math.Max(0, limit - used));
            }
        }
        return new MachineMemory(all, free, all < machine, ReadKilobytes(Path.Combine(processes, "self", "status"), "VmHWM:") ?? 0);
    }

    // Any level above the group of the process may have a limit; the lowest counts.
    private static IEnumerable<(long Limit, long Used)> ReadLimits(string membershipFile, string groups)
    {
        foreach (string line in ReadLines(membershipFile))
        {
            string[] parts = line.Split(':', 3);
            bool second = parts.Length == 3 && parts[1].Length == 0;
            if (parts.Length != 3 || !(second || parts[1].Split(',').Contains("memory")))
            {
                continue;
            }
            string root = second ? groups : Path.Combine(groups, "memory");
            (string limitFile, string usedFile, string cacheKey) = second
                ? ("memory.max", "memory.current", "inactive_file ")
                : ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ");
            string[] levels = parts[2].Split('/', StringSplitOptions.RemoveEmptyEntries);
            for (int depth = levels.Length; depth >= 0; depth--)
            {
                string folder = Path.Combine([root, .. levels.Take(depth)]);
                if (ReadNumber(Path.Combine(folder, limitFile)) is not long limit)
                {
                    continue;
                }
                // The inactive page cache counts as used but is reclaimed before the limit is reached.
                long cache = ReadLines(Path.Combine(folder, "memory.stat"))
                    .Where(l => l.StartsWith(cacheKey, StringComparison.Ordinal))
                    .Select(l => ParseNumber(l[cacheKey.Length..]) ?? 0).FirstOrDefault();
                yield return (limit, Math.Max(0, (ReadNumber(Path.Combine(folder, usedFile)) ?? 0) - cache));
            }
        }
    }

    private static long? ReadNumber(string file) => ReadLines(file) is [string line, ..] ? ParseNumber(line) : null;

    // Version 2 writes "max" where there is no limit, which does not parse.
    private static long? ParseNumber(string text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;

    private static long? ReadKilobytes(string file, string key)
    {
        string? line = ReadLines(file).FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal));
        return line is not null && ParseNumber(line[key.Length..].Replace("kB", "", StringComparison.Ordinal)) is long kilobytes
            && kilobytes <= long.MaxValue / 1024
            ? kilobytes * 1024
            : null;
    }

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllLines(file) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

/// <summary>Formats sizes of memory and files.</summary>
internal static class ByteSize
{
    /// <summary>A size in a decimal unit, for example <c>461.2 MB</c>.</summary>
    public static string Format(long bytes) => bytes switch
    {
        >= 1_000_000_000 => FormattableString.Invariant($"{bytes / 1e9:0.0} GB"),
        >= 1_000_000 => FormattableString.Invariant($"{bytes / 1e6:0.0} MB"),
        _ => FormattableString.Invariant($"{bytes / 1e3:0.0} KB"),
    };
}
