using System.Globalization;

namespace NGpt.Endurance;

/// <summary>What is run.</summary>
/// <param name="Command">The test.</param>
/// <param name="Count">Kills, or steps.</param>
/// <param name="Seed">Chooses the moments and signals.</param>
/// <param name="Scenario">The only scenario of kills; null for all.</param>
/// <param name="Program">The ngpt.dll that is started and killed.</param>
internal sealed record EnduranceOptions(string Command, int Count, int Seed, string? Scenario, string Program)
{
    /// <summary>How it is called.</summary>
    public static string Usage => $"usage: disk | steps [--steps N (1000000)] | kills [--kills N (1000)] [--seed N (1)] [--scenario {string.Join('|', Kills.KillRun.Scenarios)}] [--program ngpt.dll]";

    /// <summary>Reads the arguments.</summary>
    /// <returns>The options, or null where the arguments are wrong.</returns>
    public static EnduranceOptions? Parse(string[] arguments)
    {
        if (arguments is not ["kills" or "steps", ..] and not ["disk"])
        {
            return null;
        }

        EnduranceOptions options = new(arguments[0], arguments[0] == "steps" ? 1_000_000 : 1000, 1, null, Path.Combine(AppContext.BaseDirectory, "ngpt.dll"));
        bool isKills = arguments[0] == "kills";
        for (int i = 1; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : string.Empty;
            bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0;
            switch (arguments[i])
            {
                case "--steps" when isNumber && !isKills: options = options with { Count = number }; break;
                case "--kills" when isNumber && isKills: options = options with { Count = number }; break;
                case "--seed" when isNumber && isKills: options = options with { Seed = number }; break;
                case "--scenario" when isKills && Kills.KillRun.Scenarios.Contains(value): options = options with { Scenario = value }; break;
                case "--program" when isKills && File.Exists(value): options = options with { Program = Path.GetFullPath(value) }; break;
                default: return null;
            }
        }

        return options;
    }
}
