using NGpt.Core.Errors;

namespace NGpt.Core.Configuration;

/// <summary>
/// Turns layers of settings into configuration records. Defaults that depend on the architecture are resolved after
/// everything that was given, so that switching the architecture alone gives that architecture's recipe.
/// </summary>
public static class RunConfigResolver
{
    // Any valid size: the real one is known only after the data was read.
    private const int PlaceholderVocabulary = 256;

    /// <summary>Checks everything that can be checked before any data is read.</summary>
    /// <param name="layers">The settings.</param>
    /// <exception cref="UsageException">Something is wrong; the message has all problems, separated by "; ".</exception>
    public static void Check(SettingLayers layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ThrowIfAny([.. RunConfig.Validate(Model(layers, PlaceholderVocabulary), Training(layers)), .. NuGptParametrization.Problems(layers), .. Conflicts(layers)]);
    }

    /// <summary>Resolves the shape of the model.</summary>
    /// <param name="layers">The settings.</param>
    /// <param name="vocabularySize">V, as the tokenizer has it.</param>
    /// <returns>A valid configuration.</returns>
    /// <exception cref="UsageException">The shape is impossible; the message has all problems.</exception>
    public static ModelConfig ResolveModel(SettingLayers layers, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ModelConfig model = Model(layers, vocabularySize);
        ThrowIfAny([.. model.Validate(), .. NuGptParametrization.Problems(layers)]);
        return model;
    }

    /// <summary>Resolves the training recipe.</summary>
    /// <param name="layers">The settings.</param>
    /// <returns>A valid configuration.</returns>
    /// <exception cref="UsageException">The recipe is impossible; the message has all problems.</exception>
    public static TrainingConfig ResolveTraining(SettingLayers layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        TrainingConfig training = Training(layers);
        ThrowIfAny([.. training.Validate(), .. NuGptParametrization.Problems(layers)]);
        return training;
    }

    /// <summary>Resolves where and how the call runs.</summary>
    /// <param name="layers">The settings.</param>
    /// <returns>The options of the call.</returns>
    /// <exception cref="UsageException">Two options exclude each other.</exception>
    public static RunOptions ResolveRun(SettingLayers layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ThrowIfAny(Conflicts(layers));
        DataConfig.Schema.RecordNoEffects(layers);
        return RunOptions.Schema.Resolve(layers);
    }

    private static ModelConfig Model(SettingLayers layers, int vocabularySize) =>
        ModelConfig.Schema.Resolve(layers) with { VocabularySize = vocabularySize };

    private static TrainingConfig Training(SettingLayers layers)
    {
        TrainingConfig training = TrainingConfig.Schema.Resolve(layers);
        return NuGptParametrization.Of(layers) is NuGptParametrization transfer ? transfer.Apply(training) : training;
    }

    private static IReadOnlyList<string> Conflicts(SettingLayers layers) =>
        layers.IsGiven(RunOptions.ResumeSetting) && layers.IsGiven(RunOptions.InitFromSetting)
            ? ["--resume resumes a run and --init-from starts a new one: give one of them"]
            : [];

    private static void ThrowIfAny(IReadOnlyList<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new UsageException(string.Join("; ", problems));
        }
    }
}
