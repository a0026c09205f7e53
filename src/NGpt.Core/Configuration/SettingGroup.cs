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
