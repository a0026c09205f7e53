namespace NGpt.Lab.Figures;

/// <summary>What a figure is seen on.</summary>
public enum FigureTheme
{
    /// <summary>A light page, or paper.</summary>
    Light,

    /// <summary>A dark page.</summary>
    Dark,
}
