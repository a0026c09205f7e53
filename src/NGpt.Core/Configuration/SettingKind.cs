namespace NGpt.Core.Configuration;

/// <summary>The type of a setting's value: decides which TOML values it takes.</summary>
public enum SettingKind
{
    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number, whole or not.</summary>
    Number,

    /// <summary>True or false; on the command line, giving the option without a value means true.</summary>
    Flag,

    /// <summary>A word or a path.</summary>
    Text,

    /// <summary>Seconds as a number, or text with a unit such as <c>90s</c>, <c>6m</c> or <c>1h</c>.</summary>
    Duration,
}
