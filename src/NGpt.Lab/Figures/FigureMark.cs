namespace NGpt.Lab.Figures;

/// <summary>A value of particular meaning, drawn as a thin line across the figure.</summary>
/// <param name="Text">What it means, for example <c>equal speed</c>.</param>
/// <param name="Value">Where on its axis.</param>
/// <param name="IsVertical">Whether it marks a value of the horizontal axis.</param>
public sealed record FigureMark(string Text, double Value, bool IsVertical = false);
