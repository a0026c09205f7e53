using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Lab.TrainingBenchmarks;

/// <summary>A configuration that is timed; each runs in its own process.</summary>
/// <param name="Variant">Engine and precision.</param>
/// <param name="Architecture">The architecture that is trained; null for bare matrix products.</param>
public sealed record BenchmarkSubject(BenchmarkVariant Variant, Architecture? Architecture)
{
    /// <summary>Bare matrix products.</summary>
    /// <param name="precision">Element type.</param>
    /// <returns>The subject.</returns>
    public static BenchmarkSubject Products(Precision precision) => new(new BenchmarkVariant(null, precision), null);

    /// <summary>Machine-readable name, for example <c>ngpt fast-bf16</c>.</summary>
    public string Name => Architecture is Architecture architecture ? $"{architecture.Name()} {Variant.Name}" : Variant.Name;

    /// <summary>Display name, for example <c>nGPT fast bf16</c>.</summary>
    public string Label => Architecture switch
    {
        null => $"{Variant.Precision.Name()} matrix products",
        Core.Configuration.Architecture.NGpt => $"nGPT {Variant.Label}",
        _ => $"GPT {Variant.Label}",
    };
}

/// <summary>Engine and precision.</summary>
/// <param name="Engine">The training engine; null for bare matrix products.</param>
/// <param name="Precision">Type of the matrix products.</param>
public sealed record BenchmarkVariant(EngineKind? Engine, Precision Precision)
{
    /// <summary>The fast engine with bf16 matrix products.</summary>
    public static BenchmarkVariant FastBf16 { get; } = new(EngineKind.Fast, Precision.Bf16);

    /// <summary>The plain modules with bf16 matrix products.</summary>
    public static BenchmarkVariant PlainBf16 { get; } = new(EngineKind.Plain, Precision.Bf16);

    /// <summary>The fast engine in float32.</summary>
    public static BenchmarkVariant FastFloat32 { get; } = new(EngineKind.Fast, Precision.F32);

    /// <summary>The plain modules in float32.</summary>
    public static BenchmarkVariant PlainFloat32 { get; } = new(EngineKind.Plain, Precision.F32);

    /// <summary>All training variants, in the order of the tables.</summary>
    public static IReadOnlyList<BenchmarkVariant> Training { get; } = [FastBf16, PlainBf16, FastFloat32, PlainFloat32];

    /// <summary>Machine-readable name, for example <c>fast-bf16</c>.</summary>
    public string Name => $"{Engine?.Name() ?? "products"}-{Precision.Name()}";

    /// <summary>Display name, for example <c>fast bf16</c>.</summary>
    public string Label => Name.Replace('-', ' ');

    /// <summary>Finds a training variant by its name.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The variant.</returns>
    /// <exception cref="UsageException">There is no such variant.</exception>
    public static BenchmarkVariant Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string wanted = name.Trim().ToLowerInvariant();
        string[] names = [.. Training.Select(variant => variant.Name)];
        string hint = Spelling.Nearest(wanted, names) is string nearest ? $" (did you mean {nearest}?)" : "";
        return Training.FirstOrDefault(variant => variant.Name == wanted)
            ?? throw new UsageException($"unknown subject \"{name}\": the subjects are {string.Join(", ", names)}{hint}");
    }
}
