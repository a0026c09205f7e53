using System.Globalization;

namespace NGpt.Fuzz;

/// <summary>What is run.</summary>
/// <param name="Targets">The parsers.</param>
/// <param name="Inputs">Inputs for each.</param>
/// <param name="First">The first input's number.</param>
/// <param name="Seed">Chooses the inputs.</param>
/// <param name="Failures">Where inputs that failed are written.</param>
internal sealed record FuzzOptions(IReadOnlyList<string> Targets, int Inputs, int First, ulong Seed, string Failures)
{
    /// <summary>How it is called.</summary>
    public static string Usage => $"usage: {string.Join('|', FuzzTarget.All.Keys)}|all [--inputs N (100000)] [--first N (0)] [--seed N (1)] [--failures FOLDER (fuzz-failures)]";

    /// <summary>Reads the arguments.</summary>
    /// <returns>The options, or null where the arguments are wrong.</returns>
    public static FuzzOptions? Parse(string[] arguments)
    {
        string[] targets = arguments is ["all", ..] ? [.. FuzzTarget.All.Keys] : [.. arguments.Take(1)];
        FuzzOptions options = new(targets, 100_000, 0, 1, "fuzz-failures");
        for (int i = 1; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : string.Empty;
            bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
            switch (arguments[i])
            {
                case "--inputs" when isNumber: options = options with { Inputs = number }; break;
                case "--first" when isNumber: options = options with { First = number }; break;
                case "--seed" when isNumber: options = options with { Seed = (ulong)number }; break;
                case "--failures" when value.Length > 0: options = options with { Failures = value }; break;
                default: return null;
            }
        }

        return targets.Length > 0 && targets.All(FuzzTarget.All.ContainsKey) ? options : null;
    }
}
