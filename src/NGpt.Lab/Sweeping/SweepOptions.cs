using NGpt.Core.Configuration;

namespace NGpt.Lab.Sweeping;

/// <summary>What a person asks of a sweep; null leaves the choice to the preset.</summary>
public sealed record SweepOptions
{
    /// <summary>How much to spend.</summary>
    public SweepPreset Preset { get; init; } = SweepPreset.Standard;

    /// <summary>What is multiplied.</summary>
    public SweepAxis Axis { get; init; }

    /// <summary>The preset of <c>ngpt train</c> that the base model starts from.</summary>
    public Preset? Training { get; init; }

    /// <summary>Multiples of the base model; 1 is among them.</summary>
    public IReadOnlyList<int>? Multiples { get; init; }

    /// <summary>Base learning rates; null for those of the preset.</summary>
    public IReadOnlyList<double>? Rates { get; init; }

    /// <summary>Optimizer steps of the base model; null for as many as fit into the time, at most the preset's.</summary>
    public int? Steps { get; init; }

    /// <summary>Steps between evaluations; null for four evaluations a run.</summary>
    public int? EvalInterval { get; init; }

    /// <summary>Number of seeds; null for one.</summary>
    public int? Seeds { get; init; }

    /// <summary>The first seed.</summary>
    public long? Seed { get; init; }

    /// <summary>Settings of <c>ngpt train</c> for the base model, names without dashes.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];

    /// <summary>A configuration file of <c>ngpt train</c>, or null.</summary>
    public string? ConfigPath { get; init; }

    /// <summary>Time of the whole sweep.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>Folder of the sweep: its runs, its plan and its report.</summary>
    public required string Folder { get; init; }
}
