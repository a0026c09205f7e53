using NGpt.Core.Configuration;

namespace NGpt.Lab.Comparing;

/// <summary>What a person asks of a comparison; null leaves the choice to the preset.</summary>
public sealed record ComparisonOptions
{
    /// <summary>How much to spend.</summary>
    public ComparisonPreset Preset { get; init; } = ComparisonPreset.Standard;

    /// <summary>The preset of <c>ngpt train</c> that both models start from.</summary>
    public Preset? Training { get; init; }

    /// <summary>Optimizer steps of every run; null for as many as fit into the time, at most the preset's.</summary>
    public int? Steps { get; init; }

    /// <summary>Steps between evaluations; null for forty evaluations a run.</summary>
    public int? EvalInterval { get; init; }

    /// <summary>The seed that recipes are chosen with; the reported ones follow it.</summary>
    public long? Seed { get; init; }

    /// <summary>Settings of <c>ngpt train</c> for both architectures, names without dashes.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];

    /// <summary>A configuration file of <c>ngpt train</c>, or null.</summary>
    public string? ConfigPath { get; init; }

    /// <summary>nGPT's learning rates.</summary>
    public IReadOnlyList<double>? NGptRates { get; init; }

    /// <summary>The baseline's learning rates.</summary>
    public IReadOnlyList<double>? GptRates { get; init; }

    /// <summary>The baseline's weight decays.</summary>
    public IReadOnlyList<double>? GptWeightDecays { get; init; }

    /// <summary>The baseline's warmups as shares of all steps.</summary>
    public IReadOnlyList<double>? GptWarmups { get; init; }

    /// <summary>Seeds that are reported.</summary>
    public int? Seeds { get; init; }

    /// <summary>Time of the whole comparison.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>Folder of the comparison: its runs, its plan and its report.</summary>
    public required string Folder { get; init; }
}
