namespace NGpt.Core.Configuration;

/// <summary>
/// All settings of a run, as the configuration records declare them, and the names that they are found by.
/// <c>preset</c> and <c>config</c> choose layers of settings and are not settings themselves.
/// </summary>
public sealed class SettingCatalog
{
    private readonly Dictionary<string, Setting> _byName;

    internal SettingCatalog(IEnumerable<Setting> settings, IEnumerable<Setting> withoutEffect)
    {
        Settings = [.. settings];
        _byName = Settings.Concat(withoutEffect)
            .SelectMany(setting => setting.AllNames, (setting, name) => (setting, name))
            .ToDictionary(pair => pair.name, pair => pair.setting, StringComparer.Ordinal);
    }

    /// <summary>The settings of <c>ngpt train</c>.</summary>
    public static SettingCatalog Default { get; } = new(
        [.. RunConfig.Schema.Settings.OrderBy(setting => setting.Group), .. RunOptions.Schema.Settings], NanoGptOptions.All);

    /// <summary>All settings of <see cref="Default"/>, group by group, in the order of the help.</summary>
    public static IReadOnlyList<Setting> All => Default.Settings;

    /// <summary>The settings of nGPT's scales and of what they scale, which the baseline does not have.</summary>
    public static IReadOnlyList<Setting> Scales { get; } = [.. NGptScales.Schema.Settings];

    /// <summary>The settings of the base model that νGPT transfers from.</summary>
    public static IReadOnlyList<Setting> Base { get; } = [.. NuGptBase.Schema.Settings];

    /// <summary>The settings of this catalog, group by group.</summary>
    public IReadOnlyList<Setting> Settings { get; }

    /// <summary>Finds a setting of <see cref="Default"/> by any of its names.</summary>
    /// <param name="name">Kebab-case, snake_case or nanoGPT's name, without leading dashes.</param>
    /// <returns>The setting, or null where no setting has that name.</returns>
    public static Setting? Find(string name) => Default.FindSetting(name);

    internal Setting? FindSetting(string name) => _byName.GetValueOrDefault(name);
}

/// <summary>
/// Options of nanoGPT that this program accepts so that its command lines and configurations can be used as they are:
/// they change nothing here, which a note says. A value that would change the training is rejected.
/// </summary>
public static class NanoGptOptions
{
    private const string Metrics = "metrics are always written to the run's folder, for TensorBoard too";

    /// <summary>The options; they are not part of the help.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Flag("compile", "the training engines are compiled ahead of time"),
        Flag("bias", "the models have no biases", rejected: (true, "biases are not supported: leave --bias out, or give False")),
        Flag("decay_lr", "the learning rate is decayed unless --schedule constant is given", rejected: (false, "for a constant learning rate give --schedule constant")),
        Flag("always_save_checkpoint", "a checkpoint is saved after --checkpoint-interval steps and at each new best loss"),
        Flag("wandb_log", Metrics),
        Text("wandb_project", Metrics),
        Text("wandb_run_name", Metrics),
        Text("backend", "training runs in one process"),
        new Setting<double>("dropout", SettingTypes.Number with { Parse = ParseDropout }, "0", "No dropout") { Ignored = _ => "the models have no dropout" },
    ];

    private static Setting<bool> Flag(string name, string reason, (bool Value, string Problem)? rejected = null) => new(
        name,
        SettingTypes.Flag with
        {
            Parse = (string text, out bool value) => SettingTypes.Flag.Parse(text, out value) is string problem ? problem
                : rejected is (bool not, string because) && value == not ? because
                : null,
        },
        "true|false",
        "nanoGPT's option")
    {
        Ignored = _ => reason,
    };

    private static Setting<string> Text(string name, string reason) =>
        new(name, SettingTypes.Text, "TEXT", "nanoGPT's option") { Ignored = _ => reason };

    private static string? ParseDropout(string text, out double value) =>
        SettingTypes.Number.Parse(text, out value) ?? (value == 0 ? null : $"dropout {text} is not supported: the models are trained without dropout; leave it out, or give 0");
}
