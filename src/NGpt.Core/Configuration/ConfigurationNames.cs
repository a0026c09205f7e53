namespace NGpt.Core.Configuration;

/// <summary>The words for the choices that a configuration holds, on the command line and in files alike.</summary>
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

    internal static ChoiceNames<ScaleShape> ScaleShapes { get; } =
        new(("vector", ScaleShape.Vector), ("scalar", ScaleShape.Scalar));

    internal static ChoiceNames<QueryKeyNormalization> QueryKeyNormalizations { get; } =
        new(("norm", QueryKeyNormalization.Exact), ("none", QueryKeyNormalization.None));

    internal static ChoiceNames<Parametrization> Parametrizations { get; } =
        new(("published", Parametrization.Published), ("nugpt", Parametrization.NuGpt));

    /// <summary>The word for an architecture.</summary>
    /// <param name="architecture">A model family.</param>
    /// <returns><c>ngpt</c> or <c>gpt</c>.</returns>
    public static string Name(this Architecture architecture) => Architectures.NameOf(architecture);

    /// <summary>How people write an architecture.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <returns><c>nGPT</c> or <c>GPT</c>.</returns>
    public static string DisplayName(this Architecture architecture) => architecture == Architecture.NGpt ? "nGPT" : "GPT";

    /// <summary>The word for a schedule.</summary>
    /// <param name="schedule">A schedule.</param>
    /// <returns><c>cosine</c>, <c>linear</c>, <c>constant</c> or <c>wsd</c>.</returns>
    public static string Name(this LearningRateSchedule schedule) => Schedules.NameOf(schedule);

    /// <summary>The word for a precision.</summary>
    /// <param name="precision">A precision.</param>
    /// <returns><c>float32</c> or <c>bf16</c>.</returns>
    public static string Name(this Precision precision) => Precisions.NameOf(precision);

    /// <summary>The word for an engine.</summary>
    /// <param name="engine">An engine.</param>
    /// <returns><c>plain</c> or <c>fast</c>.</returns>
    public static string Name(this EngineKind engine) => Engines.NameOf(engine);

    /// <summary>The word for a way of choosing windows.</summary>
    /// <param name="sampling">A way of choosing windows.</param>
    /// <returns><c>shuffled</c> or <c>random</c>.</returns>
    public static string Name(this WindowSampling sampling) => Samplings.NameOf(sampling);

    /// <summary>The word for a packing.</summary>
    /// <param name="packing">What tokens of a window see of each other.</param>
    /// <returns><c>stream</c> or <c>documents</c>.</returns>
    public static string Name(this WindowPacking packing) => Packings.NameOf(packing);

    /// <summary>The word for the shape of a scale.</summary>
    /// <param name="shape">A shape.</param>
    /// <returns><c>vector</c> or <c>scalar</c>.</returns>
    public static string Name(this ScaleShape shape) => ScaleShapes.NameOf(shape);

    /// <summary>The word for what happens to queries and keys.</summary>
    /// <param name="normalization">What happens to them.</param>
    /// <returns><c>norm</c> or <c>none</c>.</returns>
    public static string Name(this QueryKeyNormalization normalization) => QueryKeyNormalizations.NameOf(normalization);

    /// <summary>The word for a parametrization.</summary>
    /// <param name="parametrization">A parametrization.</param>
    /// <returns><c>published</c> or <c>nugpt</c>.</returns>
    public static string Name(this Parametrization parametrization) => Parametrizations.NameOf(parametrization);
}
