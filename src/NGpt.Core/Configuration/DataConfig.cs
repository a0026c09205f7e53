namespace NGpt.Core.Configuration;

/// <summary>How the training windows are chosen.</summary>
public enum WindowSampling
{
    /// <summary>Without replacement: every window of an epoch once, in random order.</summary>
    Shuffled,

    /// <summary>With replacement: every window starts at a random position of the data, independently of earlier ones.</summary>
    Random,
}

/// <summary>What the tokens of a window attend to, where a window holds parts of several documents.</summary>
public enum WindowPacking
{
    /// <summary>All earlier tokens of the window, as if the data were one text.</summary>
    Stream,

    /// <summary>The earlier tokens of their own document only.</summary>
    Documents,
}

/// <summary>Which tokens of the data have a loss.</summary>
public enum LossTokens
{
    /// <summary>Every token.</summary>
    All,

    /// <summary>The answers of conversations: what the assistant writes.</summary>
    Assistant,
}

/// <summary>What a model is trained on.</summary>
public sealed record DataConfig
{
    /// <summary>The value of <see cref="Source"/> that stands for the documentation shipped with the .NET SDK.</summary>
    public const string SdkDocumentation = "dotnet-docs";

    /// <summary>The value of <see cref="Tokenizer"/> that stands for the tokenizer that lies beside prepared tokens.</summary>
    public const string TokenizerOfDataset = "dataset";

    internal static ConfigSchema<DataConfig> Schema { get; } = new(SettingGroup.Data, Activator.CreateInstance<DataConfig>, checksRangesOfText: true);

    /// <summary>
    /// A full path of a file or folder, or <see cref="SdkDocumentation"/>; for a mixture a line <c>PATH=WEIGHT</c> for each
    /// source (<see cref="DataSource.ParseAll"/>).
    /// </summary>
    public required string Source { get; init; }

    /// <summary>The setting of <see cref="Source"/>; a resumed run may find the same data elsewhere.</summary>
    public static Setting<string> SourceSetting { get; } = Schema.Add(
        data => data.Source,
        (data, value) => data with { Source = value },
        new("data", SettingTypes.DataSources, "PATH", "Text to train on, or prepared tokens: a file or a folder; several times as PATH=WEIGHT for a mixture", "dataset")
        {
            DefaultText = "the documentation of the .NET SDK",
            OnResume = ResumeRule.MayChange,
        },
        key: "source");

    /// <summary><c>bytes</c>, <c>characters</c>, <c>bpe:N</c>, the full path of a tokenizer file, or <see cref="TokenizerOfDataset"/>.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>The setting of <see cref="Tokenizer"/>.</summary>
    public static Setting<string> TokenizerSetting { get; } = Schema.Add(
        data => data.Tokenizer,
        (data, value) => data with { Tokenizer = value },
        new("tokenizer", SettingTypes.Tokenizer, "NAME|PATH", "Tokenizer: bytes, characters, bpe or bpe:N (trained on the text, N tokens), or a tokenizer file")
        {
            DefaultText = "bpe for the documentation of the .NET SDK, bytes for other text",
        });

    /// <summary>The largest fraction of a text that can be held out.</summary>
    public const double MaxValidationFraction = 0.5;

    /// <summary>Fraction of the text that is held out, above 0 and at most <see cref="MaxValidationFraction"/>; null for the corpus's own default.</summary>
    public double? ValidationFraction { get; init; }

    /// <summary>The setting of <see cref="ValidationFraction"/>.</summary>
    public static Setting<double> ValidationFractionSetting { get; } = Schema.AddOptional(
        data => data.ValidationFraction,
        (data, value) => data with { ValidationFraction = value },
        new Setting<double>("validation-fraction", SettingTypes.Number, "X", "Fraction of the text that is held out, above 0 and at most 0.5")
        {
            Range = NumberRange.Between(0, MaxValidationFraction) with { ExcludesMin = true },
        });

    /// <summary>How the training windows are chosen.</summary>
    public WindowSampling Sampling { get; init; } = WindowSampling.Shuffled;

    /// <summary>The setting of <see cref="Sampling"/>.</summary>
    public static Setting<WindowSampling> SamplingSetting { get; } = Schema.Add(
        data => data.Sampling,
        (data, value) => data with { Sampling = value },
        new(
            "sampling", SettingTypes.Choice(ConfigurationNames.Samplings), "shuffled|random",
            "Training windows: each once per epoch in random order, or drawn anywhere with replacement")
        {
            NoEffect = layers => RunOptions.WithEvalOnly(layers, "--eval-only reads the same windows every time"),
        },
        presence: KeyPresence.OptionalOnRead);

    /// <summary>What the tokens of a window attend to, in training and evaluation.</summary>
    public WindowPacking Packing { get; init; } = WindowPacking.Stream;

    /// <summary>The setting of <see cref="Packing"/>.</summary>
    public static Setting<WindowPacking> PackingSetting { get; } = Schema.Add(
        data => data.Packing,
        (data, value) => data with { Packing = value },
        new(
            "packing", SettingTypes.Choice(ConfigurationNames.Packings), "stream|documents",
            "What a token attends to: all earlier tokens of its window, or those of its own document"),
        presence: KeyPresence.OptionalOnRead);

    /// <summary>Which tokens have a loss, in training and evaluation.</summary>
    public LossTokens LossOn { get; init; } = LossTokens.All;

    /// <summary>The setting of <see cref="LossOn"/>.</summary>
    public static Setting<LossTokens> LossOnSetting { get; } = Schema.Add(
        data => data.LossOn,
        (data, value) => data with { LossOn = value },
        new(
            "loss-on", SettingTypes.Choice(ConfigurationNames.LossTokenNames), "all|assistant",
            "Tokens that have a loss: all, or the answers of conversations (ngpt data prepare --chat-template)"),
        presence: KeyPresence.OmitInitial);

    /// <summary>SHA-256 over the prepared tokens and the tokenizer, in hexadecimal: the same tokens give the same value.</summary>
    public required string Fingerprint { get; init; }

    internal static Setting<string> FingerprintKey { get; } = Schema.AddStored(
        "fingerprint", SettingTypes.Text, data => data.Fingerprint, (data, value) => data with { Fingerprint = value });

    /// <summary>The fingerprints of the sources of a mixture, a line each in their order; null for a single source.</summary>
    public string? SourceFingerprints { get; init; }

    internal static Setting<string> SourceFingerprintsKey { get; } = Schema.AddStoredText(
        "source_fingerprints", data => data.SourceFingerprints, (data, value) => data with { SourceFingerprints = value });

    internal IEnumerable<string> Problems() =>
    [
        .. Schema.RangeProblems(this),
        .. IsFingerprint(Fingerprint) ? Array.Empty<string>() : ["data.fingerprint is not 64 hexadecimal digits"],
        .. SourceFingerprints?.Split('\n').All(IsFingerprint) == false ? ["data.source_fingerprints is not lines of 64 hexadecimal digits"] : Array.Empty<string>(),
    ];

    private static bool IsFingerprint(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigit);
}
