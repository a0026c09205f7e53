using System.Diagnostics.CodeAnalysis;

namespace NGpt.Core.Configuration;

/// <summary>
/// One thing that a person can set, defined once for the command line, the configuration file, the documentation
/// and the tests. All settings are listed in <see cref="SettingCatalog"/>.
/// </summary>
public abstract class Setting
{
    private protected Setting(string name, SettingGroup group, SettingKind kind, string valueHint, string description, string[] aliases)
    {
        Name = name;
        Group = group;
        Kind = kind;
        ValueHint = valueHint;
        Description = description;
        Aliases = aliases;
    }

    /// <summary>Name in kebab-case, without dashes in front.</summary>
    public string Name { get; }

    /// <summary>The same name with underscores, accepted wherever the name is.</summary>
    public string SnakeCaseName => Name.Replace('-', '_');

    /// <summary>nanoGPT's names for it where they differ from <see cref="SnakeCaseName"/>.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>Every accepted name, <see cref="Name"/> first.</summary>
    public IEnumerable<string> AllNames => new[] { Name, SnakeCaseName }.Concat(Aliases).Distinct();

    /// <summary>What it does, in one sentence without a final full stop.</summary>
    public string Description { get; }

    /// <summary>What stands for the value in the help: <c>N</c>, <c>RATE</c> or the allowed words.</summary>
    public string ValueHint { get; }

    /// <summary>The part of a run that it belongs to.</summary>
    public SettingGroup Group { get; }

    /// <summary>The type of its value.</summary>
    public SettingKind Kind { get; }

    /// <summary>Reads a value from text.</summary>
    /// <param name="text">What the person wrote.</param>
    /// <param name="value">The value, of the type of the setting.</param>
    /// <param name="problem">What is wrong with the text, naming the text and what is allowed; null where nothing is.</param>
    /// <returns>Whether the text is a value of this setting.</returns>
    public abstract bool TryParse(string text, [NotNullWhen(true)] out object? value, [NotNullWhen(false)] out string? problem);

    /// <summary>Writes a value as the text that <see cref="TryParse"/> reads.</summary>
    /// <param name="value">A value of the type of the setting.</param>
    /// <returns>The text.</returns>
    public abstract string Format(object value);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
