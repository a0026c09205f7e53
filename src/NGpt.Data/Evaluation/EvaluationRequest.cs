using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;

namespace NGpt.Data.Evaluation;

/// <summary>Which text a model is measured on.</summary>
public sealed record EvaluationRequest
{
    /// <summary>A folder with token files; a file, a folder, a pattern or <c>-</c> of text; or <see cref="Core.Configuration.DataConfig.SdkDocumentation"/>.</summary>
    public required string Source { get; init; }

    /// <summary>The part of it; null for all of a text, and for the validation split of token files and of the documentation of the SDK.</summary>
    public DataSplit? Split { get; init; }

    /// <summary>The model's tokenizer.</summary>
    public required ITokenizer Tokenizer { get; init; }

    /// <summary>Its file; null where it is part of the model's, which is enough for text that is not divided.</summary>
    public required string? TokenizerPath { get; init; }

    /// <summary>How a divided text becomes tokens; null for the model's own tokenizer. It must come to the same.</summary>
    public TokenizerChoice? Preparation { get; init; }

    /// <summary>The fraction of a divided text that is held out; null for the default.</summary>
    public double? ValidationFraction { get; init; }

    /// <summary>Predicted tokens that are wanted at most; null for all. Text behind them need not be read.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>How text files are read; null for the defaults.</summary>
    public FileCorpusOptions? Files { get; init; }

    /// <summary>Where the tokens of a divided text are kept; null for <see cref="Core.Files.CacheFolder.Path"/>.</summary>
    public string? CacheFolder { get; init; }
}
