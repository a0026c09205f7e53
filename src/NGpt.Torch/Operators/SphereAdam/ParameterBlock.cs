namespace NGpt.Torch.Operators.SphereAdam;

/// <summary>One parameter as the optimizer's kernels see it: addresses and shape.</summary>
internal unsafe struct ParameterBlock
{
    /// <summary>Master weights, float32 [Rows, Columns].</summary>
    public float* Weight;

    /// <summary>Adam's first moment.</summary>
    public float* First;

    /// <summary>Adam's second moment.</summary>
    public float* Second;

    /// <summary>Gradient, of the type that <see cref="GradientIsFloat32"/> tells.</summary>
    public void* Gradient;

    /// <summary>The copy in the activations' type that matrix products read; null where none does.</summary>
    public void* Copy;

    /// <summary>Length of axis 0; 1 for a vector.</summary>
    public int Rows;

    /// <summary>Length of axis 1.</summary>
    public int Columns;

    /// <summary>The axis along which unit norm is restored: 1 (each row), 0 (each column), −1 (none).</summary>
    public int NormalizedAxis;

    /// <summary>Whether weight decay applies.</summary>
    public bool Decays;

    /// <summary>What the learning rate is multiplied with, in the update and in the weight decay.</summary>
    public float RateFactor;

    /// <summary>Whether the gradient is float32; else it has the activations' type.</summary>
    public bool GradientIsFloat32;

    /// <summary>Number of numbers.</summary>
    public readonly long Count => (long)Rows * Columns;
}

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
