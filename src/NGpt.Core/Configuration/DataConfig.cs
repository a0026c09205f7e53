namespace NGpt.Core.Configuration;

/// <summary>What a model is trained on.</summary>
public sealed record DataConfig
{
    /// <summary>The value of <see cref="Source"/> that stands for the documentation shipped with the .NET SDK.</summary>
    public const string SdkDocumentation = "dotnet-docs";

    /// <summary>The value of <see cref="Tokenizer"/> that stands for the tokenizer that lies beside prepared tokens.</summary>
    public const string TokenizerOfDataset = "dataset";

    /// <summary>A full path of a file or folder, or <see cref="SdkDocumentation"/>.</summary>
    public required string Source { get; init; }

    /// <summary><c>bytes</c>, <c>characters</c>, <c>bpe:N</c>, the full path of a tokenizer file, or <see cref="TokenizerOfDataset"/>.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>Share of the text that is held out, above 0 and below 1; null for the corpus's own default.</summary>
    public double? ValidationFraction { get; init; }

    /// <summary>How the training windows are chosen.</summary>
    public WindowSampling Sampling { get; init; } = WindowSampling.Shuffled;

    /// <summary>What the tokens of a window see of each other, in training and evaluation.</summary>
    public WindowPacking Packing { get; init; } = WindowPacking.Stream;

    /// <summary>SHA-256 over the prepared tokens and the tokenizer, in hexadecimal: the same tokens give the same value.</summary>
    public required string Fingerprint { get; init; }
}
