namespace NGpt.Core.Configuration;

/// <summary>How many numbers a learned scale of nGPT has.</summary>
public enum ScaleShape
{
    /// <summary>One for every column that it scales, as published.</summary>
    Vector,

    /// <summary>One for all columns: the paper's ablation of that scale. It is stored with the shape [1].</summary>
    Scalar,
}
