using System.Globalization;
using NGpt.Core.Errors;
using NGpt.Core.Quantization;

namespace NGpt.PeerBenchmarks;

/// <summary>What is compared.</summary>
internal sealed record PeerOptions
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help = """
        Compares NGpt.Runtime with llama.cpp: the same weights, tokens and threads, interleaved.

          --libraries FOLDER  llama.cpp's libraries (benchmarks/peers/run gives them)
          --work FOLDER       where model files are written; they are made once (default: a temporary folder, deleted)
          --model RUN         a trained GPT baseline: both sides continue its held-out text and measure its perplexity
          --tokens N          tokens of that text whose loss is compared (default 4096)
          --types LIST        weight types (default F32,BF16,Q8_0,Q4_0)
          --threads N         threads of both sides (default 2)
          --rounds N          rounds, in each of which each side is timed once (default 9); 0 measures no speed
          --layers N --width N --heads N --mlp N --vocabulary N
                              the random model (default 12, 768, 12, 3072, 32000)
          --prompt N          tokens of the prompt (default 512)
          --decode N          tokens that are decoded one by one (default 128)
          --json              one line of JSON as the last line of standard output
        """;

    /// <summary>The folder of llama.cpp's libraries.</summary>
    public required string Libraries { get; init; }

    /// <summary>Where model files are kept; null for a temporary folder.</summary>
    public string? Work { get; init; }

    /// <summary>A trained run; null for none.</summary>
    public string? Model { get; init; }

    /// <summary>Tokens whose loss is compared.</summary>
    public int Tokens { get; init; } = 4096;

    /// <summary>The weight types.</summary>
    public IReadOnlyList<WeightType> Types { get; init; } = [WeightType.F32, WeightType.BF16, WeightType.Q8_0, WeightType.Q4_0];

    /// <summary>Threads of both sides.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>Rounds of the timing.</summary>
    public int Rounds { get; init; } = 9;

    /// <summary>The random model.</summary>
    public RandomModel Shape { get; init; } = new(12, 768, 12, 3072, 32_000);

    /// <summary>Tokens of the prompt.</summary>
    public int Prompt { get; init; } = 512;

    /// <summary>Tokens that are decoded.</summary>
    public int Decode { get; init; } = 128;

    /// <summary>Whether the last line is JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="UsageException">One is unknown, lacks its value or has a wrong one.</exception>
    public static PeerOptions Parse(IReadOnlyList<string> arguments)
    {
        Dictionary<string, string> given = [];
        bool json = false;
        for (int i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--json")
            {
                json = true;
            }
            else if (!Names.Contains(arguments[i]) || i + 1 == arguments.Count)
            {
                throw new UsageException(Names.Contains(arguments[i]) ? $"{arguments[i]} needs a value" : $"unknown option {arguments[i]}", "see --help");
            }
            else
            {
                given[arguments[i]] = arguments[++i];
            }
        }

        PeerOptions usual = new() { Libraries = Text("--libraries") ?? throw new UsageException("--libraries is missing", "start it with benchmarks/peers/run") };
        return usual with
        {
            Work = Text("--work"),
            Model = Text("--model"),
            Tokens = Number("--tokens", usual.Tokens, 2),
            Types = Text("--types") is string list ? [.. list.Split(',').Select(Type)] : usual.Types,
            Threads = Number("--threads", usual.Threads, 1),
            Rounds = Number("--rounds", usual.Rounds, 0),
            Shape = new RandomModel(
                Number("--layers", usual.Shape.Layers, 1),
                Number("--width", usual.Shape.Width, 2),
                Number("--heads", usual.Shape.Heads, 1),
                Number("--mlp", usual.Shape.Mlp, 1),
                Number("--vocabulary", usual.Shape.Vocabulary, 300)),
            Prompt = Number("--prompt", usual.Prompt, 1),
            Decode = Number("--decode", usual.Decode, 1),
            Json = json,
        };

        string? Text(string name) => given.GetValueOrDefault(name);

        int Number(string name, int usualValue, int min) => Text(name) is not string text ? usualValue
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min ? value
            : throw new UsageException($"{name} {text} must be a number of at least {min}");
    }

    private static readonly HashSet<string> Names =
    [
        "--libraries", "--work", "--model", "--tokens", "--types", "--threads", "--rounds",
        "--layers", "--width", "--heads", "--mlp", "--vocabulary", "--prompt", "--decode",
    ];

    private static WeightType Type(string name) => WeightTypes.TryParse(name.Trim(), out WeightType type)
        ? type
        : throw new UsageException($"unknown weight type {name}", "use F32, BF16, Q8_0, Q4_0, NVFP4");
}
