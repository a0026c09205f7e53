using System.Diagnostics.CodeAnalysis;

namespace NGpt.Core.Configuration;

/// <summary>A setting whose values have the type <typeparamref name="T"/>.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public sealed class Setting<T> : Setting
    where T : notnull
{
    private readonly SettingValue<T> _value;

    internal Setting(string name, SettingGroup group, SettingValue<T> value, string valueHint, string description, params string[] aliases)
        : base(name, group, value.Kind, valueHint, description, aliases) => _value = value;

    /// <inheritdoc/>
    public override bool TryParse(string text, [NotNullWhen(true)] out object? value, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        problem = _value.Parse(text.Trim(), out T? parsed);
        value = problem is null ? parsed : null;
        return problem is null;
    }

    /// <inheritdoc/>
    public override string Format(object value) => _value.Format((T)value);
}
