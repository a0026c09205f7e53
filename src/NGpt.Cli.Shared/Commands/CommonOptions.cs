using System.CommandLine;
using NGpt.Core.Errors;
using NGpt.Core.Numerics.Threads;
using NGpt.Runtime.Inference;

namespace NGpt.Cli.Commands;

/// <summary>The option <c>--threads</c>.</summary>
internal static class ThreadOption
{
    private const int Max = ProcessorCores.MaxThreads;

    /// <summary>Makes the option.</summary>
    public static Option<int?> Create(string description = "CPU threads; as many as cores by default") => new("--threads") { Description = description, HelpName = "N" };

    /// <summary>Reads it.</summary>
    public static int? Read(ParseResult result, Option<int?> option)
    {
        int? threads = result.GetValue(option);
        return threads switch
        {
            < 1 or > Max => throw new UsageException($"--threads: must be between 1 and {Max}, not {threads}"),
            _ => threads,
        };
    }
}

/// <summary>The option <c>--cache-type</c>.</summary>
internal static class CacheTypeOption
{
    private static readonly CacheType[] All = Enum.GetValues<CacheType>();

    private static string Names => string.Join(" or ", All);

    /// <summary>Makes the option.</summary>
    public static Option<string?> Create() => new("--cache-type")
    {
        Description = $"How keys and values of past tokens are kept: {Names}; by default F32 with F32 weights and F16 with all others",
        HelpName = "NAME",
    };

    /// <summary>Reads it.</summary>
    public static CacheType? Read(ParseResult result, Option<string?> option)
    {
        if (result.GetValue(option) is not string name)
        {
            return null;
        }

        int index = Array.FindIndex(All, type => string.Equals(type.ToString(), name, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? All[index] : throw new UsageException($"--cache-type \"{name}\" is neither {string.Join(" nor ", All)}");
    }
}

/// <summary>Options that take several words: with commas between them, as separate arguments, or given more than once.</summary>
internal static class WordList
{
    /// <summary>Separates the words.</summary>
    public static string[] Split(string[]? given) =>
        [.. (given ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];
}
