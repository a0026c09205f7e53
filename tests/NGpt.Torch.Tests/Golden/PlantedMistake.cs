namespace NGpt.Torch.Tests.Golden;

/// <summary>Mistakes that implementations of the method are known or likely to make.</summary>
public enum PlantedMistake
{
    None,
    InverseAttentionScale,
    AlphaWithoutAbsoluteValue,
    WrongAlphaRatio,
    WrongQueryKeyRatio,
    UnrotatedQueries,
    UnrotatedKeys,
    SplitHalvesRotation,
    NormalizationBeforeRotationOfScaledQueries,
    FirstInnerNormLeftOut,
    OutputProjectionsByRow,
    NoNormalizationAfterStep,
    NoGateRootWidth,
    NoLogitScale,
    UpAndGateSwapped,
    WeightDecayOnVectors,
    WeightDecayLeftOut,
    NormEpsilonLeftOut,
    ResidualAfterNorm,
}
