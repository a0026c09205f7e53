namespace NGpt.Lab.Figures;

/// <summary>An axis of a figure.</summary>
/// <param name="Quantity">What is measured along it, for example <c>training tokens</c>.</param>
/// <param name="Unit">Its unit, for example <c>bits per byte</c>; null where the quantity has none.</param>
public sealed record FigureAxis(string Quantity, string? Unit = null)
{
    /// <summary>Whether equal distances are equal ratios; all values are then above 0.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>The value at the lower end; null for the smallest that is drawn.</summary>
    public double? Least { get; init; }

    /// <summary>The value at the upper end; null for the largest that is drawn.</summary>
    public double? Most { get; init; }

    /// <summary>Names of the whole values 0, 1, 2, … where the axis shows things rather than numbers; else empty.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Quantity and unit as they are written beside the axis.</summary>
    public string Label => Unit is null ? Quantity : $"{Quantity} ({Unit})";
}
