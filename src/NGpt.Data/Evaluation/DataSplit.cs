namespace NGpt.Data.Evaluation;

/// <summary>A part of divided data.</summary>
public enum DataSplit
{
    /// <summary>What is held out.</summary>
    Validation,

    /// <summary>What models are trained on.</summary>
    Train,
}
