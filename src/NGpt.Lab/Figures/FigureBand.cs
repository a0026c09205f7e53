namespace NGpt.Lab.Figures;

/// <summary>The spread of a series.</summary>
/// <param name="Meaning">What the two ends are, for example <c>lowest and highest of 3 seeds</c>.</param>
/// <param name="Low">The lower end at every position of the series.</param>
/// <param name="High">The upper end at every position of the series.</param>
public sealed record FigureBand(string Meaning, IReadOnlyList<double> Low, IReadOnlyList<double> High);
