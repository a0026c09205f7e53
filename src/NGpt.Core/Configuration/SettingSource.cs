namespace NGpt.Core.Configuration;

/// <summary>Where the value of a setting comes from, strongest first.</summary>
public enum SettingSource
{
    /// <summary>An option of the command line.</summary>
    Option,

    /// <summary>The configuration file.</summary>
    File,

    /// <summary>The preset.</summary>
    Preset,

    /// <summary>The default, which may depend on other settings.</summary>
    Default,
}
