using NGpt.Core.Errors;

namespace NGpt.Lab.Runs;

/// <summary>Gathers what is wrong with an experiment's options, so that all of it is said at once.</summary>
internal sealed class OptionProblems
{
    private readonly List<string> _problems = [];

    /// <summary>Whether anything is wrong so far.</summary>
    public bool Any => _problems.Count > 0;

    /// <summary>Names a problem unless a condition holds.</summary>
    public void Require(bool condition, string problem)
    {
        if (!condition && !_problems.Contains(problem))
        {
            _problems.Add(problem);
        }
    }

    /// <summary>Values of a list option, each once; names those that are outside their range.</summary>
    public IReadOnlyList<double> Values(IReadOnlyList<double> values, string option, double min, double max)
    {
        Require(values.Count is >= 1 and <= 20, $"{option} has {values.Count} values, not 1 to 20");
        foreach (double value in values)
        {
            Require(value >= min && value <= max, $"{option}: {value} is not {(min > 0 ? "above 0" : $"{min}")} to {max}");
        }

        return [.. values.Distinct()];
    }

    /// <summary>Learning rates, ascending, each once.</summary>
    public IReadOnlyList<double> Rates(IReadOnlyList<double> rates, string option) => [.. Values(rates, option, double.Epsilon, 1e30).Order()];

    /// <summary>Stops where anything is wrong.</summary>
    /// <exception cref="UsageException">With every problem.</exception>
    public void ThrowIfAny()
    {
        if (Any)
        {
            throw new UsageException(string.Join("; ", _problems));
        }
    }
}
