using System.Diagnostics.CodeAnalysis;

namespace NGpt.Core.Configuration;

/// <summary>The part of a run that a setting belongs to: a heading of the help and a table of the configuration file.</summary>
public enum SettingGroup
{
    /// <summary>The shape of the model.</summary>
    Model,

    /// <summary>The training recipe.</summary>
    Training,

    /// <summary>The text and its tokens.</summary>
    Data,

    /// <summary>Where and how this call runs; not part of what is trained.</summary>
    Run,
}

/// <summary>The type of a setting's value: decides which TOML values it takes.</summary>
public enum SettingKind
{
    /// <summary>An integer.</summary>
    Integer,

    /// <summary>A number, whole or not.</summary>
    Number,

    /// <summary>True or false; on the command line, giving the option without a value means true.</summary>
    Flag,

    /// <summary>A word or a path.</summary>
    Text,

    /// <summary>A text, or several: the option may be given more than once.</summary>
    TextList,

    /// <summary>Seconds as a number, or text with a unit such as <c>90s</c>, <c>6m</c> or <c>1h</c>.</summary>
    Duration,
}

/// <summary>What a resumed run may do with a setting.</summary>
internal enum ResumeRule
{
    /// <summary>It is part of what identifies the run: another value is another run.</summary>
    IsFixed,

    /// <summary>Another value takes effect.</summary>
    MayChange,

    /// <summary>Another value takes effect with a warning, since the steps so far were trained with the old one.</summary>
    MayChangeWithWarning,
}

/// <summary>
/// One setting: its names, help, type, range and default. It is declared beside the property of the configuration
/// record that holds its value (see <see cref="ConfigSchema{T}"/>), and the command line, the configuration file,
/// <c>config.json</c>, validation, the help and the rules for resuming are derived from it.
/// </summary>
public abstract class Setting
{
    private readonly string _description;

    private protected Setting(string name, SettingKind kind, string valueHint, string description, string[] aliases)
    {
        Name = name;
        Kind = kind;
        ValueHint = valueHint;
        _description = description;
        Aliases = aliases;
    }

    /// <summary>Name in kebab-case, without leading dashes.</summary>
    public string Name { get; }

    /// <summary>The same name with underscores, accepted wherever the name is.</summary>
    public string SnakeCaseName => Name.Replace('-', '_');

    /// <summary>nanoGPT's names for it where they differ from <see cref="SnakeCaseName"/>.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>Every accepted name, <see cref="Name"/> first.</summary>
    public IEnumerable<string> AllNames => new[] { Name, SnakeCaseName }.Concat(Aliases).Distinct();

    /// <summary>What it does and its default, in one sentence without a final full stop.</summary>
    public string Description => (DefaultText ?? DefaultFromDefinition()) is { Length: > 0 } text ? $"{_description}; default {text}" : _description;

    /// <summary>What stands for the value in the help: <c>N</c>, <c>RATE</c> or the allowed words.</summary>
    public string ValueHint { get; }

    /// <summary>The part of a run that it belongs to.</summary>
    public SettingGroup Group { get; internal set; }

    /// <summary>The type of its value.</summary>
    public SettingKind Kind { get; }

    /// <summary>The name in messages about values in a file; by default the option's name with spaces.</summary>
    internal string Label { get => field ?? Name.Replace('-', ' '); init; }

    /// <summary>Allowed values of a number, or null for any.</summary>
    internal NumberRange? Range { get; init; }

    /// <summary>The default in the help where it is not the property's initial value.</summary>
    internal string? DefaultText { get; init; }

    /// <summary>Whether a resumed run may have another value.</summary>
    internal ResumeRule OnResume { get; init; }

    /// <summary>Why the setting does nothing in a run with these settings, or null where it has an effect.</summary>
    internal Func<SettingLayers, string?>? NoEffect { get; init; }

    /// <summary>Why a value is accepted but not used, or null where it is used.</summary>
    internal Func<object, string?>? Ignored { get; init; }

    /// <summary>Whether <see cref="TryParse"/> checks the range; otherwise the validation of the whole record does.</summary>
    internal bool ChecksRange { get; set; }

    internal object? InitialValue { get; set; }

    internal abstract object? DefaultFor(SettingLayers layers);

    /// <summary>Reads a value from text.</summary>
    /// <param name="text">The text of an option or of a configuration file.</param>
    /// <param name="value">The value, of the type of the setting.</param>
    /// <param name="problem">What is wrong with the text, naming the text and what is allowed; null where nothing is.</param>
    /// <returns>Whether the text is a value of this setting.</returns>
    public abstract bool TryParse(string text, [NotNullWhen(true)] out object? value, [NotNullWhen(false)] out string? problem);

    /// <summary>The text of a setting of kind <see cref="SettingKind.TextList"/> that was given several times.</summary>
    /// <param name="texts">The texts, in their order.</param>
    /// <returns>What <see cref="TryParse"/> reads.</returns>
    public static string JoinTexts(IEnumerable<string> texts) => string.Join(DataSource.Separator, texts);

    /// <summary>Writes a value as the text that <see cref="TryParse"/> reads.</summary>
    /// <param name="value">A value of the type of the setting.</param>
    /// <returns>The text.</returns>
    public abstract string Format(object value);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private string? DefaultFromDefinition() =>
        Presets.Default.ValuesFor(Architecture.NGpt).ContainsKey(this) ? "by preset"
        : Kind == SettingKind.Flag || InitialValue is not object value ? null
        : Format(value).Replace("E-0", "e-", StringComparison.Ordinal);
}

/// <summary>A setting whose values have the type <typeparamref name="T"/>.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public sealed class Setting<T> : Setting
    where T : notnull
{
    internal Setting(string name, SettingType<T> type, string valueHint, string description, params string[] aliases)
        : base(name, type.Kind, valueHint, description, aliases) => Type = type;

    internal SettingType<T> Type { get; }

    /// <summary>The default where it depends on other settings; otherwise it is the property's initial value.</summary>
    internal Func<SettingLayers, T>? Default { get; init; }

    internal override object? DefaultFor(SettingLayers layers) => Default is not null ? Default(layers) : InitialValue;

    /// <inheritdoc/>
    public override bool TryParse(string text, [NotNullWhen(true)] out object? value, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        problem = Type.Parse(text.Trim(), out T? parsed);
        if (problem is null && ChecksRange && Range is NumberRange range)
        {
            problem = range.Problem(parsed!);
        }

        value = problem is null ? parsed : null;
        return problem is null;
    }

    /// <inheritdoc/>
    public override string Format(object value) => Type.Format((T)value);
}
