namespace NGpt.Core.Configuration;

/// <summary>The names of the choices of a configuration, on the command line and in files alike.</summary>
public static class ConfigurationNames
{
    internal static ChoiceNames<Architecture> Architectures { get; } =
        new(("ngpt", Architecture.NGpt), ("gpt", Architecture.Gpt));

    internal static ChoiceNames<LearningRateSchedule> Schedules { get; } = new(
        ("cosine", LearningRateSchedule.Cosine),
        ("linear", LearningRateSchedule.Linear),
        ("constant", LearningRateSchedule.Constant),
        ("wsd", LearningRateSchedule.WarmupStableDecay));

    // The library's name for the type is read too: nanoGPT's configurations have it.
    internal static ChoiceNames<Precision> Precisions { get; } =
        new(("float32", Precision.F32), ("bf16", Precision.Bf16), ("bfloat16", Precision.Bf16));

    internal static ChoiceNames<EngineKind> Engines { get; } =
        new(("plain", EngineKind.Plain), ("fast", EngineKind.Fast));

    internal static ChoiceNames<WindowSampling> Samplings { get; } =
        new(("shuffled", WindowSampling.Shuffled), ("random", WindowSampling.Random));

    internal static ChoiceNames<WindowPacking> Packings { get; } =
        new(("stream", WindowPacking.Stream), ("documents", WindowPacking.Documents));

    internal static ChoiceNames<LossTokens> LossTokenNames { get; } =
        new(("all", LossTokens.All), ("assistant", LossTokens.Assistant));

    internal static ChoiceNames<ScaleShape> ScaleShapes { get; } =
        new(("vector", ScaleShape.Vector), ("scalar", ScaleShape.Scalar));

    internal static ChoiceNames<QueryKeyNormalization> QueryKeyNormalizations { get; } =
        new(("norm", QueryKeyNormalization.Exact), ("none", QueryKeyNormalization.None));

    internal static ChoiceNames<Parametrization> Parametrizations { get; } =
        new(("published", Parametrization.Published), ("nugpt", Parametrization.NuGpt));

    /// <summary>The name of an architecture.</summary>
    /// <param name="architecture">A model family.</param>
    /// <returns><c>ngpt</c> or <c>gpt</c>.</returns>
    public static string Name(this Architecture architecture) => Architectures.NameOf(architecture);

    /// <summary>The display name of an architecture.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <returns><c>nGPT</c> or <c>GPT</c>.</returns>
    public static string DisplayName(this Architecture architecture) => architecture == Architecture.NGpt ? "nGPT" : "GPT";

    /// <summary>The name of a schedule.</summary>
    /// <param name="schedule">A schedule.</param>
    /// <returns><c>cosine</c>, <c>linear</c>, <c>constant</c> or <c>wsd</c>.</returns>
    public static string Name(this LearningRateSchedule schedule) => Schedules.NameOf(schedule);

    /// <summary>The name of a precision.</summary>
    /// <param name="precision">A precision.</param>
    /// <returns><c>float32</c> or <c>bf16</c>.</returns>
    public static string Name(this Precision precision) => Precisions.NameOf(precision);

    /// <summary>The name of an engine.</summary>
    /// <param name="engine">An engine.</param>
    /// <returns><c>plain</c> or <c>fast</c>.</returns>
    public static string Name(this EngineKind engine) => Engines.NameOf(engine);

    /// <summary>The name of a way of choosing windows.</summary>
    /// <param name="sampling">A way of choosing windows.</param>
    /// <returns><c>shuffled</c> or <c>random</c>.</returns>
    public static string Name(this WindowSampling sampling) => Samplings.NameOf(sampling);

    /// <summary>The name of a packing.</summary>
    /// <param name="packing">A packing.</param>
    /// <returns><c>stream</c> or <c>documents</c>.</returns>
    public static string Name(this WindowPacking packing) => Packings.NameOf(packing);

    /// <summary>The name of the shape of a scale.</summary>
    /// <param name="shape">A shape.</param>
    /// <returns><c>vector</c> or <c>scalar</c>.</returns>
    public static string Name(this ScaleShape shape) => ScaleShapes.NameOf(shape);

    /// <summary>The name of a query and key normalization.</summary>
    /// <param name="normalization">A normalization.</param>
    /// <returns><c>norm</c> or <c>none</c>.</returns>
    public static string Name(this QueryKeyNormalization normalization) => QueryKeyNormalizations.NameOf(normalization);

    /// <summary>The name of a parametrization.</summary>
    /// <param name="parametrization">A parametrization.</param>
    /// <returns><c>published</c> or <c>nugpt</c>.</returns>
    public static string Name(this Parametrization parametrization) => Parametrizations.NameOf(parametrization);
}

/// <summary>The names under which the values of an enumeration are written and read; case does not matter.</summary>
internal sealed class ChoiceNames<T>(params (string Name, T Value)[] names)
    where T : struct, Enum
{
    public IEnumerable<string> Names => names.Select(pair => pair.Name);

    public bool TryParse(string text, out T value)
    {
        foreach ((string name, T candidate) in names)
        {
            if (name.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }

    public string NameOf(T value) => Array.Find(names, pair => pair.Value.Equals(value)).Name
        ?? throw new ArgumentOutOfRangeException(nameof(value), value, "Not a value of the enumeration.");

    public override string ToString() => string.Join(", ", Names);
}
