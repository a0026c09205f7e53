using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;

namespace NGpt.Data.Evaluation;

/// <summary>The tokens of a text that a model is measured on. Disposing it closes the files.</summary>
public sealed class EvaluationData : IDisposable
{
    private readonly Dataset? _dataset;

    private EvaluationData(string description, ITokenSource tokens, Dataset? dataset, IReadOnlyList<LeftOut> leftOut) =>
        (Description, Tokens, _dataset, LeftOut) = (description, tokens, dataset, leftOut);

    /// <summary>The text, human-readable.</summary>
    public string Description { get; }

    /// <summary>The tokens, documents after one another as in training.</summary>
    public ITokenSource Tokens { get; }

    /// <summary>Fingerprint of a prepared dataset; null for text that was read as a whole.</summary>
    public string? Fingerprint => _dataset?.Fingerprint;

    /// <summary>What had to be left out of the text, by the kind of the reason.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; }

    /// <summary>Opens token files, or reads a text; the caller disposes of the result.</summary>
    /// <param name="request">Which text.</param>
    /// <param name="progress">Receives progress, or null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The tokens.</returns>
    /// <exception cref="NGptException">The text cannot be read, or was made with another tokenizer than the model's.</exception>
    public static EvaluationData Open(EvaluationRequest request, IProgress<DatasetProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        IReadOnlyList<DataSource> sources = DataSource.ParseAll(request.Source);
        if (sources.Count > 1)
        {
            return OfSplit(request, OpenMixture(request, sources, progress, cancellationToken));
        }

        if (!DatasetFolder.Holds(request.Source) && request.Split is null && !IsDocumentation(request))
        {
            using var files = new FileCorpus([request.Source], request.Files);
            CorpusTokens text = CorpusTokens.Read(files, request.Tokenizer, request.MaxTokens, progress, cancellationToken);
            return new EvaluationData(files.Description, text.Tokens, dataset: null, text.LeftOut);
        }

        return OfSplit(request, OpenDataset(request, progress, cancellationToken));
    }

    // The sources after one another, whatever their shares in training were.
    private static Dataset OpenMixture(EvaluationRequest request, IReadOnlyList<DataSource> sources, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        List<(DataSource, Dataset)> datasets = [];
        try
        {
            foreach (DataSource source in sources)
            {
                datasets.Add((source, OpenDataset(request with { Source = source.Path, Fingerprint = request.SourceFingerprints.ElementAtOrDefault(datasets.Count) }, progress, cancellationToken)));
            }
        }
        catch
        {
            datasets.ForEach(entry => entry.Item2.Dispose());
            throw;
        }

        return Dataset.Mix(datasets);
    }

    private static bool IsDocumentation(EvaluationRequest request) => request.Source == DataConfig.SdkDocumentation && !Path.Exists(request.Source);

    private static Dataset OpenDataset(EvaluationRequest request, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        if (DatasetFolder.Holds(request.Source))
        {
            return OpenFolder(request);
        }

        if (request.Fingerprint is string fingerprint && DatasetPreparer.FindPrepared(fingerprint, request.CacheFolder) is { } prepared)
        {
            return prepared;
        }

        using FileCorpus? files = IsDocumentation(request) ? null : new FileCorpus([request.Source], request.Files);
        return DatasetPreparer.Prepare(
            new DatasetRequest
            {
                Corpus = files ?? (ICorpus)new SdkDocumentationCorpus(),
                Tokenizer = TokenizerChoice.Parse(request.TokenizerPath ?? throw new UsageException(
                    $"{request.Source} can be divided only with a tokenizer file, and the model has none beside it",
                    "leave --split out to measure the whole text, or prepare it first with ngpt data prepare")),
                ValidationFraction = request.ValidationFraction,
                CacheFolder = request.CacheFolder,
            },
            progress,
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _dataset?.Dispose();

    // Token files of others without a tokenizer beside them: the model's is the one that can be meant.
    private static Dataset OpenFolder(EvaluationRequest request) => DatasetFolder.Open(
        request.Source,
        DatasetFolder.HasTokenizer(request.Source) ? null : request.TokenizerPath);

    private static EvaluationData OfSplit(EvaluationRequest request, Dataset dataset)
    {
        if (!dataset.Tokenizer.IsSameAs(request.Tokenizer))
        {
            dataset.Dispose();
            throw new UsageException(
                $"{request.Source}: the tokenizers differ: {TokenizerExtensions.Difference(request.Tokenizer, dataset.Tokenizer)}",
                "give the text itself, or prepare it with the model's tokenizer: ngpt data prepare … --tokenizer PATH");
        }

        (string name, TokenShards tokens) = request.Split == DataSplit.Train ? ("training split", dataset.Train) : ("validation split", dataset.Validation);
        string description = dataset.Parts.Count == 1 ? $"{dataset.Summary.Source}, {name}" : $"{string.Join(", ", dataset.Parts.Select(part => part.Source))}, {name}s after one another";
        return new EvaluationData(description, tokens, dataset, dataset.Summary.LeftOut);
    }
}

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

    /// <summary>The fingerprint of a divided text that may have been prepared already, as a run stores it; null for none.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The same for each source of a mixture, in their order; empty for none.</summary>
    public IReadOnlyList<string> SourceFingerprints { get; init; } = [];

    /// <summary>The fraction of a divided text that is held out; null for the default.</summary>
    public double? ValidationFraction { get; init; }

    /// <summary>Predicted tokens that are wanted at most; null for all. Text behind them need not be read.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>How text files are read; null for the defaults.</summary>
    public FileCorpusOptions? Files { get; init; }

    /// <summary>Where the tokens of a divided text are kept; null for <see cref="Core.Files.CacheFolder.Path"/>.</summary>
    public string? CacheFolder { get; init; }
}

/// <summary>A part of divided data.</summary>
public enum DataSplit
{
    /// <summary>What is held out.</summary>
    Validation,

    /// <summary>What models are trained on.</summary>
    Train,
}
