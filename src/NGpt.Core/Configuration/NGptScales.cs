namespace NGpt.Core.Configuration;

/// <summary>The learned scales of nGPT, one setting for each kind, and what s_qk scales (specification section 2).</summary>
public sealed record NGptScales
{
    /// <summary>α_A and α_M, the eigen learning rates: vectors [C], one pair a layer.</summary>
    public required ScaleSetting Alpha { get; init; }

    /// <summary>s_qk, the query and key scale: vector [H·D], one a layer.</summary>
    public required ScaleSetting QueryKey { get; init; }

    /// <summary>What happens to queries and keys before s_qk.</summary>
    public QueryKeyNormalization QueryKeyNormalization { get; init; } = QueryKeyNormalization.Exact;

    /// <summary>s_u, the scale of the MLP's up projection: vector [F], one a layer.</summary>
    public required ScaleSetting Up { get; init; }

    /// <summary>s_v, the scale of the MLP's gate projection: vector [F], one a layer.</summary>
    public required ScaleSetting Gate { get; init; }

    /// <summary>s_z, the logit scale: vector [V].</summary>
    public required ScaleSetting Logit { get; init; }

    /// <summary>The published initial values for a model of the given width.</summary>
    /// <param name="embeddingWidth">C, at least 1.</param>
    /// <returns>α 0.05; s_qk, s_u, s_v, s_z 1; stored scale 1/√C for α, s_qk and s_z, and 1 for s_u and s_v.</returns>
    public static NGptScales Published(int embeddingWidth)
    {
        double baseScale = 1 / Math.Sqrt(embeddingWidth);
        return new NGptScales
        {
            Alpha = new ScaleSetting(0.05, baseScale),
            QueryKey = new ScaleSetting(1, baseScale),
            Up = new ScaleSetting(1, 1),
            Gate = new ScaleSetting(1, 1),
            Logit = new ScaleSetting(1, baseScale),
        };
    }

    internal IEnumerable<(string Name, ScaleSetting Setting)> All() =>
        [("alpha", Alpha), ("sqk", QueryKey), ("su", Up), ("sv", Gate), ("sz", Logit)];
}
