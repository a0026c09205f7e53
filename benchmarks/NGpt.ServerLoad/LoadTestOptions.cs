using System.Globalization;

namespace NGpt.ServerLoad;

/// <summary>What is run, and for how long.</summary>
/// <param name="Model">The model that is served; null for a small random one.</param>
/// <param name="Clients">Concurrent clients of a round.</param>
/// <param name="Rounds">Rounds, where no time is given.</param>
/// <param name="Time">Rounds are run until this time is over; null for a number of rounds.</param>
/// <param name="Pause">Pause after each round.</param>
/// <param name="Slots">Maximum number of concurrent sequences of the server.</param>
/// <param name="Threads">Its compute threads; null for one per core.</param>
/// <param name="Attacks">Whether attackers are run instead of rounds.</param>
internal sealed record LoadTestOptions(string? Model, int Clients, int Rounds, TimeSpan? Time, TimeSpan Pause, int Slots, int? Threads, bool Attacks = false)
{
    /// <summary>How it is called.</summary>
    public const string Usage =
        "usage: [--model PATH] [--clients N (200)] [--rounds N (30) | --minutes M | --hours H] [--pause SECONDS (0)] [--slots N (8)] [--threads N] | --attacks [--slots N] [--threads N]";

    /// <summary>A trend needs some rounds.</summary>
    public const int MinRounds = 4;

    /// <summary>Reads the arguments.</summary>
    /// <returns>The options, or null where the arguments are wrong.</returns>
    public static LoadTestOptions? Parse(string[] arguments)
    {
        LoadTestOptions options = new(null, 200, 30, null, TimeSpan.Zero, 8, null);
        if (arguments is ["--attacks", ..])
        {
            options = options with { Attacks = true };
            arguments = arguments[1..];
        }

        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : string.Empty;
            bool isNumber = double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number < 1e6;
            bool isCount = isNumber && number >= 1 && number == Math.Floor(number);
            switch (arguments[i])
            {
                case "--model" when value.Length > 0: options = options with { Model = value }; break;
                case "--clients" when isCount: options = options with { Clients = (int)number }; break;
                case "--rounds" when isCount: options = options with { Rounds = Math.Max(MinRounds, (int)number) }; break;
                case "--minutes" when isNumber: options = options with { Time = TimeSpan.FromMinutes(number) }; break;
                case "--hours" when isNumber: options = options with { Time = TimeSpan.FromHours(number) }; break;
                case "--pause" when isNumber: options = options with { Pause = TimeSpan.FromSeconds(number) }; break;
                case "--slots" when isCount: options = options with { Slots = (int)number }; break;
                case "--threads" when isCount: options = options with { Threads = (int)number }; break;
                default: return null;
            }
        }

        return options;
    }
}
