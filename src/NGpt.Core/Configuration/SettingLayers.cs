using System.Diagnostics.CodeAnalysis;
using NGpt.Core.Errors;

namespace NGpt.Core.Configuration;

/// <summary>Where the value of a setting comes from, strongest first.</summary>
public enum SettingSource
{
    /// <summary>An option of the command line.</summary>
    Option,

    /// <summary>The configuration file.</summary>
    File,

    /// <summary>The model whose weights a new run starts from.</summary>
    Model,

    /// <summary>The preset.</summary>
    Preset,

    /// <summary>The default, which may depend on other settings.</summary>
    Default,
}

/// <summary>
/// The settings of one call in layers: options over the configuration file over the model that a run starts from over the
/// preset over the defaults.
/// Keeps track of what was read, so that a given setting without effect can be reported.
/// </summary>
public sealed class SettingLayers
{
    private readonly SettingCatalog _catalog;
    private readonly Dictionary<Setting, object> _options;
    private readonly Dictionary<Setting, object> _model;
    private readonly Dictionary<Setting, object> _preset;
    private readonly HashSet<Setting> _read = [ModelConfig.ArchitectureSetting];
    private readonly Dictionary<Setting, string> _withoutEffect = [];
    private readonly List<string> _ignored;

    private SettingLayers(
        SettingCatalog catalog, Dictionary<Setting, object> options, ConfigFile? file, Dictionary<Setting, object> model, Preset preset, bool presetIsGiven, List<string> ignored)
    {
        _catalog = catalog;
        _options = options;
        _model = model;
        _ignored = ignored;
        File = file;
        Preset = preset;
        PresetIsGiven = presetIsGiven;
        Architecture = (Find(ModelConfig.ArchitectureSetting) ?? model.GetValueOrDefault(ModelConfig.ArchitectureSetting)) is Architecture given ? given : Architecture.NGpt;
        // The preset comes last: its learning rate depends on the architecture that everything else decided.
        _preset = preset.ValuesFor(Architecture);
    }

    /// <summary>The preset: of the options, else of the file, else the default one.</summary>
    public Preset Preset { get; }

    /// <summary>Whether the preset was given, as an option or in the file.</summary>
    public bool PresetIsGiven { get; }

    /// <summary>The architecture: of the options, else of the file, else of the model that a run starts from, else nGPT.</summary>
    public Architecture Architecture { get; }

    /// <summary>The configuration file, or null.</summary>
    public ConfigFile? File { get; }

    /// <summary>Reads all layers and gathers everything that is wrong with them.</summary>
    /// <param name="options">
    /// Names and values of the options, without dashes: any name of a setting, or <c>preset</c>.
    /// </param>
    /// <param name="configPath">The configuration file, or null.</param>
    /// <returns>The layers.</returns>
    /// <exception cref="UsageException">A name or a value is wrong; the message has all problems.</exception>
    public static SettingLayers Create(IEnumerable<(string Name, string Value)> options, string? configPath = null) =>
        Create(options, configPath, SettingCatalog.Default);

    internal static SettingLayers Create(IEnumerable<(string Name, string Value)> options, string? configPath, SettingCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> problems = [];
        List<string> ignored = [];
        Dictionary<Setting, object> values = [];
        string? presetName = null;
        foreach ((string name, string text) in options)
        {
            if (name == ConfigFile.PresetKey)
            {
                presetName = text;
            }
            else if (catalog.FindSetting(name) is not Setting setting)
            {
                problems.Add($"unknown option --{name}");
            }
            else if (!setting.TryParse(text, out object? value, out string? problem))
            {
                problems.Add($"--{name}: {problem}");
            }
            else if (setting.Ignored?.Invoke(value) is string reason)
            {
                ignored.Add($"--{name} has no effect here: {reason}");
            }
            else if (!values.TryAdd(setting, value))
            {
                problems.Add($"--{setting.Name} is given twice");
            }
        }

        ConfigFile? file = configPath is null ? null : ConfigFile.Load(configPath, catalog, problems);
        ignored.AddRange(file?.Ignored ?? []);
        bool presetIsGiven = (presetName ??= file?.PresetName) is not null;
        Preset? preset = presetName is null ? Presets.Default : Presets.Find(presetName);
        if (preset is null)
        {
            problems.Add(Presets.Unknown(presetName!));
        }

        return problems.Count == 0
            ? new SettingLayers(catalog, values, file, [], preset!, presetIsGiven, ignored)
            : throw new UsageException(string.Join("; ", problems));
    }

    /// <summary>The same settings for a run that starts from the weights of a model: sizes and variant are the model's where they are not given.</summary>
    /// <param name="model">The configuration of the model.</param>
    /// <returns>The layers.</returns>
    public SettingLayers StartingFrom(ModelConfig model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new SettingLayers(
            _catalog, _options, File, ModelConfig.Schema.Values(model).ToDictionary(entry => entry.Setting, entry => entry.Value), Preset, PresetIsGiven, _ignored);
    }

    /// <summary>The value of a setting: of the strongest layer that has one, else the default of its definition.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="setting">The setting.</param>
    /// <returns>The value; the type's default where the setting has none, such as an optional path.</returns>
    public T? Get<T>(Setting<T> setting)
        where T : notnull => TryGet(setting, out T? value) || setting.DefaultFor(this) is not T otherwise ? value : otherwise;

    /// <summary>The value of a setting, where any layer has one.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="setting">The setting.</param>
    /// <param name="value">The value of the strongest layer that has one.</param>
    /// <returns>Whether any layer has a value.</returns>
    public bool TryGet<T>(Setting<T> setting, [NotNullWhen(true)] out T? value)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(setting);
        _read.Add(setting);
        object? found = Find(setting) ?? _model.GetValueOrDefault(setting) ?? _preset.GetValueOrDefault(setting);
        value = found is T typed ? typed : default;
        return found is not null;
    }

    /// <summary>Whether a setting was given, as an option or in the file.</summary>
    /// <param name="setting">The setting.</param>
    /// <returns>True for an option or a key of the file; false for a preset or default.</returns>
    public bool IsGiven(Setting setting) => SourceOf(setting) is SettingSource.Option or SettingSource.File;

    /// <summary>The value that was given, as an option or in the file, whatever the preset has.</summary>
    /// <param name="setting">The setting.</param>
    /// <returns>The value, or null where it was not given.</returns>
    public object? GetGiven(Setting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        _read.Add(setting);
        return Find(setting);
    }

    /// <summary>Which layer the value of a setting comes from.</summary>
    /// <param name="setting">The setting.</param>
    /// <returns>The strongest layer that has a value.</returns>
    public SettingSource SourceOf(Setting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return _options.ContainsKey(setting) ? SettingSource.Option
            : File is not null && File.Values.ContainsKey(setting) ? SettingSource.File
            : _model.ContainsKey(setting) ? SettingSource.Model
            : _preset.ContainsKey(setting) ? SettingSource.Preset
            : SettingSource.Default;
    }

    /// <summary>Records that a setting does nothing in this run; reported where it was given.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="reason">Why, to follow "has no effect: ".</param>
    public void HasNoEffect(Setting setting, string reason) => _withoutEffect[setting] = reason;

    /// <summary>
    /// One line for each given setting that does nothing: by its definition, recorded by <see cref="HasNoEffect"/>, or
    /// never read. To be called once everything is resolved.
    /// </summary>
    /// <returns>The lines: options of nanoGPT first, then the settings in the order of the catalog.</returns>
    public IReadOnlyList<string> Warnings() =>
    [
        .. _ignored,
        .. _catalog.Settings
            .Where(setting => IsGiven(setting) && (_withoutEffect.ContainsKey(setting) || !_read.Contains(setting)))
            .Select(setting => $"{Place(setting)} has no effect: {_withoutEffect.GetValueOrDefault(setting, "nothing in this run uses it")}"),
    ];

    private string Place(Setting setting) => SourceOf(setting) == SettingSource.File
        ? $"{setting.Name} ({File!.Path}, line {File.Lines[setting]})"
        : $"--{setting.Name}";

    private object? Find(Setting setting) =>
        _options.GetValueOrDefault(setting) ?? File?.Values.GetValueOrDefault(setting);
}
