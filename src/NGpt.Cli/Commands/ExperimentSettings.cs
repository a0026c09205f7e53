using System.CommandLine;
using NGpt.Core.Configuration;

namespace NGpt.Cli.Commands;

/// <summary>The settings of an experiment's runs as they were given, those apart that the experiment plans with itself.</summary>
/// <param name="Steps">Optimizer steps of every run, or null.</param>
/// <param name="EvalInterval">Steps between evaluations, or null.</param>
/// <param name="Seed">The first seed, or null.</param>
/// <param name="Others">All other settings, names without dashes.</param>
internal sealed record ExperimentSettings(int? Steps, int? EvalInterval, long? Seed, IReadOnlyList<(string Name, string Value)> Others)
{
    /// <summary>Reads the settings that were given.</summary>
    /// <param name="options">The settings that the command offers.</param>
    /// <param name="result">The parsed command line.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="Core.Errors.UsageException">A value is wrong.</exception>
    public static ExperimentSettings Read(IReadOnlyList<SettingOption> options, ParseResult result)
    {
        List<(string Name, string Value)> others = [];
        (int? steps, int? evalInterval, long? seed) = (null, null, null);
        foreach (SettingOption option in options)
        {
            if (option.Given(result) is not (string name, string value))
            {
                continue;
            }

            if (option.Setting == SettingCatalog.Steps)
            {
                steps = SettingText.Read(SettingCatalog.Steps, $"--{name}", value);
            }
            else if (option.Setting == SettingCatalog.EvalInterval)
            {
                evalInterval = SettingText.Read(SettingCatalog.EvalInterval, $"--{name}", value);
            }
            else if (option.Setting == SettingCatalog.Seed)
            {
                seed = SettingText.Read(SettingCatalog.Seed, $"--{name}", value);
            }
            else
            {
                others.Add((option.Setting.Name, value));
            }
        }

        return new ExperimentSettings(steps, evalInterval, seed, others);
    }
}
