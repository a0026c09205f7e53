using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Models;

/// <summary>The three projections of the gated MLP.</summary>
/// <param name="Up">Wu [F, C].</param>
/// <param name="Gate">Wv [F, C].</param>
/// <param name="Down">Wo [C, F].</param>
internal sealed record MlpWeights(WeightMatrix Up, WeightMatrix Gate, WeightMatrix Down);
