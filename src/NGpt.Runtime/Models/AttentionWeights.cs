using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Models;

/// <summary>The four projections of attention, each [C, C].</summary>
/// <param name="Query">Wq.</param>
/// <param name="Key">Wk.</param>
/// <param name="Value">Wv.</param>
/// <param name="Output">Wo.</param>
internal sealed record AttentionWeights(WeightMatrix Query, WeightMatrix Key, WeightMatrix Value, WeightMatrix Output);
