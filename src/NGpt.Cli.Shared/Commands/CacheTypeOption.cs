using System.CommandLine;
using NGpt.Core.Errors;
using NGpt.Runtime.Inference;

namespace NGpt.Cli.Commands;

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
    /// <param name="result">A parsed command line whose command has the option.</param>
    /// <param name="option">The option.</param>
    /// <returns>The type, or null where none was given.</returns>
    /// <exception cref="UsageException">There is no such type.</exception>
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
