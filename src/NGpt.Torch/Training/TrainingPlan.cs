using NGpt.Core.Configuration;

namespace NGpt.Torch.Training;

/// <summary>All that is known before step 0.</summary>
public sealed record TrainingPlan
{
    /// <summary>The resolved run.</summary>
    public required RunConfig Config { get; init; }

    /// <summary>Folder of the run.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Steps already taken: 0 for a new run.</summary>
    public required int StartStep { get; init; }

    /// <summary>The checkpoint that the run continues from, or whose weights it starts from; null for fresh parameters.</summary>
    public string? StartedFrom { get; init; }

    /// <summary>Device in words, for example <c>cpu, 2 threads</c>.</summary>
    public required string Device { get; init; }

    /// <summary>What computes, in which precision, and why.</summary>
    public required EngineSummary Engine { get; init; }

    /// <summary>Type of the matrix products in words: <c>float32</c> or <c>bf16</c>.</summary>
    public string Precision => Engine.Precision.Name();

    /// <summary>Learned numbers of the model.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Tokens in one optimizer step.</summary>
    public required long TokensPerStep { get; init; }

    /// <summary>Tokens of the training split.</summary>
    public required long TrainingTokens { get; init; }

    /// <summary>Tokens of the held-out split.</summary>
    public required long ValidationTokens { get; init; }

    /// <summary>Passes over the training split that the whole run makes.</summary>
    public required double Epochs { get; init; }

    /// <summary>Estimated peak memory of the process, in bytes.</summary>
    public required long EstimatedMemory { get; init; }

    /// <summary>Memory that the machine has for this process, in bytes.</summary>
    public required long AvailableMemory { get; init; }

    /// <summary>ln V, the loss in nats of a model that has learned nothing: where the first loss should be.</summary>
    public double ReferenceLoss => Math.Log(Config.Model.VocabularySize);
}
