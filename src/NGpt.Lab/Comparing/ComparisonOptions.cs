using NGpt.Core.Configuration;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Comparing;

/// <summary>The options of a comparison; null leaves the choice to the preset.</summary>
internal sealed record ComparisonOptions : ExperimentOptions
{
    /// <summary>Model size, learning rates, seeds and budget.</summary>
    public ComparisonPreset Preset { get; init; } = ComparisonPreset.Standard;

    /// <summary>nGPT's learning rates.</summary>
    public IReadOnlyList<double>? NGptRates { get; init; }

    /// <summary>The baseline's learning rates.</summary>
    public IReadOnlyList<double>? GptRates { get; init; }

    /// <summary>The baseline's weight decays.</summary>
    public IReadOnlyList<double>? GptWeightDecays { get; init; }

    /// <summary>The baseline's warmups as shares of all steps.</summary>
    public IReadOnlyList<double>? GptWarmups { get; init; }
}

/// <summary>Model size, learning rates, seeds and budget of a comparison.</summary>
internal sealed record ComparisonPreset
{
    /// <summary>Name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public required string Description { get; init; }

    /// <summary>The preset of <c>ngpt train</c> that both models start from.</summary>
    public required Preset Training { get; init; }

    /// <summary>Optimizer steps of every run, at most.</summary>
    public required int Steps { get; init; }

    /// <summary>nGPT's learning rates.</summary>
    public required IReadOnlyList<double> NGptRates { get; init; }

    /// <summary>The baseline's learning rates.</summary>
    public required IReadOnlyList<double> GptRates { get; init; }

    /// <summary>The baseline's weight decays: the first while rates are tried, the others at the best rate.</summary>
    public required IReadOnlyList<double> GptWeightDecays { get; init; }

    /// <summary>The baseline's warmups as shares of all steps: the first while rates are tried, the others at the best rate.</summary>
    public required IReadOnlyList<double> GptWarmups { get; init; }

    /// <summary>Seeds that are reported, besides the one that rates are chosen with.</summary>
    public required int Seeds { get; init; }

    /// <summary>Time limit of the whole comparison; null for none.</summary>
    public required TimeSpan? Budget { get; init; }

    /// <summary>Minutes on two cores: to see how it works.</summary>
    public static ComparisonPreset Quick { get; } = new()
    {
        Name = "quick",
        Description = "minutes on two cores: to see how it works",
        Training = Presets.Nano,
        Steps = 400,
        NGptRates = [5e-3, 1e-2, 2e-2],
        GptRates = [1e-3, 2e-3, 4e-3],
        GptWeightDecays = [0.1],
        GptWarmups = [0.05],
        Seeds = 3,
        Budget = TimeSpan.FromMinutes(10),
    };

    /// <summary>About an hour on two cores; the default.</summary>
    public static ComparisonPreset Standard { get; } = new()
    {
        Name = "standard",
        Description = "about an hour on two cores: the default",
        Training = Presets.Small,
        Steps = 2400,
        NGptRates = [5e-3, 1e-2, 2e-2],
        GptRates = [1e-3, 2e-3, 4e-3],
        GptWeightDecays = [0.1, 0, 0.3],
        GptWarmups = [0.05, 0.15],
        Seeds = 3,
        Budget = TimeSpan.FromHours(1),
    };

    /// <summary>The paper's smaller model at its context of 1,024, with its range of learning rates and its warmup of 2,000 steps.</summary>
    public static ComparisonPreset Paper { get; } = new()
    {
        Name = "paper",
        Description = "the paper's 0.5B model and batch of 512 sequences, 100,000 steps: needs GPUs and weeks of them",
        Training = Presets.HalfBillion,
        Steps = 100_000,
        NGptRates = [15e-4, 30e-4],
        GptRates = [3e-4, 6e-4, 12e-4],
        GptWeightDecays = [0.1],
        GptWarmups = [0.02],
        Seeds = 1,
        Budget = null,
    };

    /// <summary>All presets, smallest first.</summary>
    public static IReadOnlyList<ComparisonPreset> All { get; } = [Quick, Standard, Paper];
}
