namespace NGpt.Runtime.Quantization;

/// <summary>How far the writing of a file is.</summary>
/// <param name="Tensor">The tensor that is written now.</param>
/// <param name="Done">Learned numbers that are written.</param>
/// <param name="Total">Learned numbers of the model.</param>
public readonly record struct QuantizationProgress(string Tensor, long Done, long Total);
