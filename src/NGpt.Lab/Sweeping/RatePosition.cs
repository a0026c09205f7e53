namespace NGpt.Lab.Sweeping;

/// <summary>Where the best learning rate lies among those that were tried.</summary>
public enum RatePosition
{
    /// <summary>Between tried ones: the lowest point of a parabola through the three around the lowest loss.</summary>
    Interpolated,

    /// <summary>At a tried one beside which a run diverged, so that no parabola can be drawn.</summary>
    BesideDivergence,

    /// <summary>At the lowest rate that was tried: a better one may lie below.</summary>
    LowestTried,

    /// <summary>At the highest rate that was tried: a better one may lie above.</summary>
    HighestTried,
}
