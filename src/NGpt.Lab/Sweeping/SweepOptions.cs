using NGpt.Core.Configuration;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Sweeping;

/// <summary>The options of a sweep; null leaves the choice to the preset.</summary>
internal sealed record SweepOptions : ExperimentOptions
{
    /// <summary>Model size, multiples, learning rates and budget.</summary>
    public SweepPreset Preset { get; init; } = SweepPreset.Standard;

    /// <summary>What is multiplied.</summary>
    public SweepAxis Axis { get; init; }

    /// <summary>Multiples of the base model; 1 is among them.</summary>
    public IReadOnlyList<int>? Multiples { get; init; }

    /// <summary>Base learning rates.</summary>
    public IReadOnlyList<double>? Rates { get; init; }
}

/// <summary>Base model, multiples, learning rates and budget of a sweep.</summary>
internal sealed record SweepPreset
{
    /// <summary>Name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public required string Description { get; init; }

    /// <summary>The preset of <c>ngpt train</c> that the base model starts from.</summary>
    public required Preset Training { get; init; }

    /// <summary>Settings of the base model's shape that differ from that preset.</summary>
    public IReadOnlyList<(string Name, string Value)> Shape { get; init; } = [];

    /// <summary>Optimizer steps of the base model, at most.</summary>
    public required int Steps { get; init; }

    /// <summary>Base learning rates; null for five of them, a factor of 2 apart, around the preset's.</summary>
    public IReadOnlyList<double>? Rates { get; init; }

    /// <summary>Multiples of the base model.</summary>
    public required IReadOnlyList<int> Multiples { get; init; }

    /// <summary>Time limit of the whole sweep.</summary>
    public required TimeSpan Budget { get; init; }

    /// <summary>Minutes on two cores: to see how it works.</summary>
    public static SweepPreset Quick { get; } = new()
    {
        Name = "quick",
        Description = "a base model of width 64 and its double, minutes on two cores: to see how it works",
        Training = Presets.Nano,
        Steps = 200,
        // So few steps need higher rates than the preset's: around that one, the best was at the upper end of the grid.
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
        // Half the width of the preset, so that four times the width still trains in minutes; heads keep their width of 32.
        Shape = [(ModelConfig.EmbeddingWidthSetting.Name, "64"), (ModelConfig.HeadsSetting.Name, "2")],
        Steps = 1500,
        Multiples = [1, 2, 4],
        Budget = TimeSpan.FromHours(1),
    };

    /// <summary>All presets, smallest first.</summary>
    public static IReadOnlyList<SweepPreset> All { get; } = [Quick, Standard];
}
