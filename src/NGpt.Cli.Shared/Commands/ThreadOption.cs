using System.CommandLine;
using NGpt.Core.Errors;
using NGpt.Runtime.Inference;

namespace NGpt.Cli.Commands;

/// <summary>The option <c>--threads</c>.</summary>
internal static class ThreadOption
{
    private const int Most = InferenceContext.MaxThreads;

    /// <summary>Makes the option.</summary>
    public static Option<int?> Create() => new("--threads") { Description = "CPU threads; as many as cores by default", HelpName = "N" };

    /// <summary>Reads it.</summary>
    /// <param name="result">A parsed command line whose command has the option.</param>
    /// <param name="option">The option.</param>
    /// <returns>The number, or null where none was given.</returns>
    /// <exception cref="UsageException">The number is below 1, or no machine has so many.</exception>
    public static int? Read(ParseResult result, Option<int?> option)
    {
        int? threads = result.GetValue(option);
        return threads switch
        {
            < 1 => throw new UsageException($"--threads {threads} is below 1"),
            > Most => throw new UsageException($"--threads {threads} is above {Most}"),
            _ => threads,
        };
    }
}
