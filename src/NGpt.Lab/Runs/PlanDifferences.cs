using NGpt.Core.Errors;

namespace NGpt.Lab.Runs;

/// <summary>
/// Holds the options of a call against the plan that its folder was begun with. What decides the numbers has to be as it
/// was; how long it may take has not.
/// </summary>
internal sealed class PlanDifferences
{
    private readonly List<string> _differences = [];

    /// <summary>Compares one of them.</summary>
    /// <param name="name">The option, or what it decides.</param>
    /// <param name="then">As it was.</param>
    /// <param name="now">As it is asked for.</param>
    public void Compare(string name, string then, string now)
    {
        if (then != now)
        {
            _differences.Add($"{name} {then}, not {now}");
        }
    }

    /// <summary>Compares settings, whatever their order.</summary>
    /// <param name="then">As they were.</param>
    /// <param name="now">As they are asked for.</param>
    public void CompareSettings(IReadOnlyList<(string Name, string Value)> then, IReadOnlyList<(string Name, string Value)> now)
    {
        Compare("settings", Text(then), Text(now));

        static string Text(IReadOnlyList<(string Name, string Value)> settings) =>
            settings.Count == 0 ? "none" : string.Join(' ', settings.Select(setting => $"--{setting.Name} {setting.Value}").Order(StringComparer.Ordinal));
    }

    /// <summary>Stops where anything differs.</summary>
    /// <param name="folder">The experiment's folder.</param>
    /// <param name="experiment">What it holds, for example <c>a comparison</c>.</param>
    /// <exception cref="UsageException">With every difference.</exception>
    public void RequireNone(string folder, string experiment)
    {
        if (_differences.Count > 0)
        {
            throw new UsageException($"{folder} holds {experiment} with {string.Join("; ", _differences)}", "give the same options to go on with it, or another --out");
        }
    }
}
