using NGpt.Core.Errors;

namespace NGpt.Lab.Sweeping;

/// <summary>The words for what a sweep multiplies.</summary>
public static class SweepAxes
{
    /// <summary>All axes.</summary>
    public static IReadOnlyList<SweepAxis> All { get; } = [SweepAxis.Width, SweepAxis.Depth, SweepAxis.Tokens];

    /// <summary>The word for an axis.</summary>
    /// <param name="axis">The axis.</param>
    /// <returns><c>width</c>, <c>depth</c> or <c>tokens</c>.</returns>
    public static string Name(this SweepAxis axis) => axis switch
    {
        SweepAxis.Width => "width",
        SweepAxis.Depth => "depth",
        SweepAxis.Tokens => "tokens",
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, null),
    };

    /// <summary>Finds an axis; case does not matter.</summary>
    /// <param name="name">Its word.</param>
    /// <returns>The axis.</returns>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static SweepAxis Named(string name)
    {
        SweepAxis[] found = [.. All.Where(axis => axis.Name().Equals(name, StringComparison.OrdinalIgnoreCase))];
        return found.Length == 1 ? found[0] : throw new UsageException($"unknown axis {name}: the axes are {string.Join(", ", All.Select(Name))}");
    }
}
