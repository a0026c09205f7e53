namespace NGpt.Torch.Operators.SphereAdam;

/// <summary>The numbers of one optimizer step.</summary>
/// <param name="KeptFirst">β₁.</param>
/// <param name="KeptSecond">β₂.</param>
/// <param name="GradientScale">Factor of every gradient: what clipping leaves of it.</param>
/// <param name="StepSize">Learning rate over the bias correction of the first moment, 1 − β₁ᵗ.</param>
/// <param name="RootCorrection">Root of the bias correction of the second moment, √(1 − β₂ᵗ).</param>
/// <param name="Epsilon">Added to the corrected root.</param>
/// <param name="Decay">Learning rate · weight decay: the share of a weight that a step takes away.</param>
internal readonly record struct AdamConstants(
    float KeptFirst, float KeptSecond, float GradientScale, float StepSize, float RootCorrection, float Epsilon, double Decay);
