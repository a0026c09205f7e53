using NGpt.Core.Quantization;

namespace NGpt.Runtime.Quantization;

/// <summary>The tensors of a file that have one type.</summary>
/// <param name="Type">The type.</param>
/// <param name="Tensors">How many there are.</param>
/// <param name="Parameters">Learned numbers in them.</param>
public sealed record StoredTensors(WeightType Type, int Tensors, long Parameters);
