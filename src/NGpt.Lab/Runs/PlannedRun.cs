using NGpt.Core.Configuration;

namespace NGpt.Lab.Runs;

/// <summary>A run that an experiment needs.</summary>
/// <param name="Name">Name of its folder; says everything that tells it from the experiment's other runs.</param>
/// <param name="Architecture">What it trains.</param>
/// <param name="Settings">Settings of <c>ngpt train</c>, names without dashes.</param>
/// <param name="ConfigPath">A configuration file under the settings, or null.</param>
public sealed record PlannedRun(string Name, Architecture Architecture, IReadOnlyList<(string Name, string Value)> Settings, string? ConfigPath = null);
