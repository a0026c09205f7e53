using NGpt.Core.Configuration;

namespace NGpt.Torch.Benchmarks;

/// <summary>One of the things that are timed against each other; each has a process of its own.</summary>
/// <param name="Variant">What computes.</param>
/// <param name="Architecture">The model that is trained; null for bare matrix products.</param>
public sealed record BenchmarkSubject(BenchmarkVariant Variant, Architecture? Architecture)
{
    /// <summary>Bare matrix products.</summary>
    /// <param name="precision">Their type.</param>
    /// <returns>The subject.</returns>
    public static BenchmarkSubject Products(Precision precision) => new(new BenchmarkVariant(null, precision), null);

    /// <summary>Name for programs, for example <c>ngpt fast-bf16</c>.</summary>
    public string Name => Architecture is Architecture architecture ? $"{architecture.Name()} {Variant.Name}" : Variant.Name;

    /// <summary>Name for people, for example <c>nGPT fast bf16</c>.</summary>
    public string Label => Architecture switch
    {
        null => $"{Variant.Precision.Name()} matrix products",
        Core.Configuration.Architecture.NGpt => $"nGPT {Variant.Label}",
        _ => $"GPT {Variant.Label}",
    };
}
