using NGpt.Core.Quantization;

namespace NGpt.Runtime.Quantization;

/// <summary>What to write.</summary>
public sealed record QuantizationRequest
{
    /// <summary>A run folder, which means its best checkpoint, or a checkpoint folder.</summary>
    public required string Model { get; init; }

    /// <summary>How matrices are stored.</summary>
    public required WeightType Type { get; init; }

    /// <summary>How the token embedding is stored; null for the default of <see cref="Type"/>.</summary>
    public WeightType? TokenEmbeddingType { get; init; }

    /// <summary>How the output matrix is stored; null for the default of <see cref="Type"/>.</summary>
    public WeightType? OutputType { get; init; }

    /// <summary>The file; null for one beside the run, with a name by GGUF's convention.</summary>
    public string? Output { get; init; }

    /// <summary>Whether a file that is there may be replaced.</summary>
    public bool Replaces { get; init; }
}
