using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Torch.Benchmarks;

/// <summary>A way to compute: engine and precision.</summary>
/// <param name="Engine">What computes; null for bare matrix products.</param>
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

    /// <summary>All ways to train, in the order of tables.</summary>
    public static IReadOnlyList<BenchmarkVariant> Training { get; } = [FastBf16, PlainBf16, FastFloat32, PlainFloat32];

    /// <summary>Name for options and programs, for example <c>fast-bf16</c>.</summary>
    public string Name => $"{Engine?.Name() ?? "products"}-{Precision.Name()}";

    /// <summary>Name for people, for example <c>fast bf16</c>.</summary>
    public string Label => Name.Replace('-', ' ');

    /// <summary>Finds a way to train by its name.</summary>
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
