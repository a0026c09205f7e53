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

    /// <summary>Learned numbers.</summary>
    public required long Parameters { get; init; }

    /// <summary>Bytes of the checkpoint's weights.</summary>
    public required long BytesBefore { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>Bytes of the file's tensors.</summary>
    public required long TensorBytes { get; init; }

    /// <summary>How many tensors and learned numbers are stored in each type, the most numbers first.</summary>
    public required IReadOnlyList<StoredTensors> Stored { get; init; }

    /// <summary>What is other than was asked for, one line each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Bits of the file's tensors for each learned number, scales of blocks and vectors included.</summary>
    public double BitsPerWeight => TensorBytes * 8.0 / Parameters;
}
