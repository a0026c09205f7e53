using System.Diagnostics.CodeAnalysis;

namespace NGpt.Data.Corpora.Files;

/// <summary>What a program can read: a small executable may be built without a part of it.</summary>
internal static class SupportedFormats
{
    /// <summary>
    /// Whether Parquet files can be read. A program that is compiled ahead of time sets the switch to false when it is
    /// built, and neither the reader nor its library becomes a part of it.
    /// </summary>
    [FeatureSwitchDefinition("NGpt.Data.Parquet")]
    public static bool Parquet { get; } = !AppContext.TryGetSwitch("NGpt.Data.Parquet", out bool isSupported) || isSupported;
}
