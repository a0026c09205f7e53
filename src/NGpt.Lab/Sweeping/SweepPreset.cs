using NGpt.Core.Configuration;

namespace NGpt.Lab.Sweeping;

/// <summary>How much a sweep spends: its base model, multiples, learning rates, seeds and time.</summary>
public sealed record SweepPreset
{
    /// <summary>Name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for, in one sentence without a final full stop.</summary>
    public required string Description { get; init; }

    /// <summary>The preset of <c>ngpt train</c> that the base model starts from.</summary>
    public required Preset Training { get; init; }

    /// <summary>What of that preset's shape the base model has otherwise, as settings of <c>ngpt train</c>.</summary>
    public IReadOnlyList<(string Name, string Value)> Shape { get; init; } = [];

    /// <summary>Optimizer steps of the base model, at most.</summary>
    public required int Steps { get; init; }

    /// <summary>Base learning rates; null for five of them, a factor of 2 apart, around the preset's.</summary>
    public IReadOnlyList<double>? Rates { get; init; }

    /// <summary>Multiples of the base model.</summary>
    public required IReadOnlyList<int> Multiples { get; init; }

    /// <summary>Time of the whole sweep.</summary>
    public required TimeSpan Budget { get; init; }

    /// <summary>Minutes on two cores: to see how it works.</summary>
    public static SweepPreset Quick { get; } = new()
    {
        Name = "quick",
        Description = "a base model of width 64 and its double, minutes on two cores: to see how it works",
        Training = Presets.Nano,
        Steps = 200,
        // So short a training wants higher rates than the preset's: with that in the middle the best lay at the upper end.
        Rates = [1e-2, 2e-2, 4e-2, 8e-2, 0.16],
        Multiples = [1, 2],
        Budget = TimeSpan.FromMinutes(5),
    };

    /// <summary>About an hour on two cores; the default.</summary>
    public static SweepPreset Standard { get; } = new()
    {
        Name = "standard",
        Description = "a base model of width 64 with 4 layers, its double and its fourfold, about an hour on two cores: the default",
        Training = Presets.Small,
        // Half the width of the preset, so that four times it is still trained in minutes; heads keep their width of 32.
        Shape = [(SettingCatalog.EmbeddingWidth.Name, "64"), (SettingCatalog.Heads.Name, "2")],
        Steps = 1500,
        Multiples = [1, 2, 4],
        Budget = TimeSpan.FromHours(1),
    };

    /// <summary>All presets, smallest first.</summary>
    public static IReadOnlyList<SweepPreset> All { get; } = [Quick, Standard];
}
