using System.Globalization;

namespace NGpt.Core.Configuration;

/// <summary>One source of the data that a model is trained on, and its share.</summary>
/// <param name="Path">A file, a folder, a pattern, <c>-</c>, or <see cref="DataConfig.SdkDocumentation"/>.</param>
/// <param name="Weight">The share of the training windows that come from it, above 0; the shares of all sources add up to 1.</param>
public sealed record DataSource(string Path, double Weight)
{
    // Cannot be part of a path that is given: a line feed in one is rejected.
    internal const char Separator = '\n';

    /// <summary>Reads the value of <c>--data</c>: one path, or a line <c>PATH=WEIGHT</c> for each source of a mixture.</summary>
    /// <param name="text">The value, as <see cref="DataConfig.Source"/> holds it.</param>
    /// <returns>The sources in their order; weights are divided by their sum.</returns>
    /// <exception cref="FormatException">A weight of a mixture is missing or wrong.</exception>
    public static IReadOnlyList<DataSource> ParseAll(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return TryParseAll(text, out IReadOnlyList<DataSource> sources) is string problem ? throw new FormatException(problem) : sources;
    }

    /// <summary>The value of <see cref="DataConfig.Source"/> for sources: what <see cref="ParseAll"/> reads.</summary>
    /// <param name="sources">At least one.</param>
    /// <returns>The path of a single source; a line for each source of a mixture.</returns>
    public static string Format(IReadOnlyList<DataSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return sources is [DataSource only]
            ? only.Path
            : string.Join(Separator, sources.Select(source => $"{source.Path}={source.Weight.ToString("R", CultureInfo.InvariantCulture)}"));
    }

    /// <summary>What is wrong with the value of <c>--data</c>, or null.</summary>
    internal static string? TryParseAll(string text, out IReadOnlyList<DataSource> sources)
    {
        sources = [];
        string[] lines = text.Split(Separator);
        if (lines is [string only])
        {
            sources = [new DataSource(only, 1)];
            return only.Length == 0 ? "the value is empty" : HasWeight(only) ? $"\"{only}\" is the only source and needs no weight: give --data {only[..only.LastIndexOf('=')]}" : null;
        }

        List<DataSource> weighted = [];
        foreach (string line in lines)
        {
            int equals = line.LastIndexOf('=');
            if (equals <= 0)
            {
                return $"\"{line}\" has no weight: several sources are given as PATH=WEIGHT, for example --data a.txt=0.7 --data b.txt=0.3";
            }

            if (!double.TryParse(line.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double weight) || weight is not (> 0 and <= MaxWeight))
            {
                return $"the weight of \"{line[..equals]}\" must be a number above 0 and at most {MaxWeight.ToString("R", CultureInfo.InvariantCulture)}, not \"{line[(equals + 1)..]}\"";
            }

            if (line[..equals] == "-")
            {
                return "standard input cannot be part of a mixture: write it to a file first";
            }

            weighted.Add(new DataSource(line[..equals], weight));
        }

        if (weighted.GroupBy(source => source.Path, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            return $"\"{twice.Key}\" is given twice";
        }

        double sum = weighted.Sum(source => source.Weight);
        if (weighted.Any(source => source.Weight / sum < SmallestShare))
        {
            return $"every weight must be at least {SmallestShare.ToString(CultureInfo.InvariantCulture)} of their sum";
        }

        // A sum that is 1 but for rounding keeps the weights as they were written.
        sources = Math.Abs(sum - 1) < 1e-9 ? weighted : [.. weighted.Select(source => source with { Weight = source.Weight / sum })];
        return null;
    }

    // A path may have an equals sign: it is a weight where only what stands before it exists.
    private static bool HasWeight(string path) =>
        path.LastIndexOf('=') is int equals and > 0
        && double.TryParse(path.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        && !System.IO.Path.Exists(path)
        && System.IO.Path.Exists(path[..equals]);

    // Sums of many do not overflow.
    private const double MaxWeight = 1e12;

    // Below one window in a million a source has no effect on a run of usual length.
    private const double SmallestShare = 1e-6;
}
