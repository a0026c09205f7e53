using NGpt.Core.Quantization;

namespace NGpt.Runtime.Quantization;

/// <summary>A file that was written.</summary>
public sealed record QuantizationResult
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The checkpoint that it was made of.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>How matrices are stored.</summary>
    public required WeightType Type { get; init; }

    /// <summary>Parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>Bytes of the checkpoint's weights.</summary>
    public required long BytesBefore { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>Bytes of the file's tensors.</summary>
    public required long TensorBytes { get; init; }

    /// <summary>How many tensors and parameters are stored in each type, largest first.</summary>
    public required IReadOnlyList<StoredTensors> Stored { get; init; }

    /// <summary>What differs from the request, one line each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Bits of the file's tensors for each parameter, scales of blocks and vectors included.</summary>
    public double BitsPerWeight => TensorBytes * 8.0 / Parameters;
}

/// <summary>The tensors of a file that have one type.</summary>
/// <param name="Type">The type.</param>
/// <param name="Tensors">How many there are.</param>
/// <param name="Parameters">Parameters in them.</param>
public sealed record StoredTensors(WeightType Type, int Tensors, long Parameters);
