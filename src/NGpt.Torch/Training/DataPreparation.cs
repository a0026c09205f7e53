using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;

namespace NGpt.Torch.Training;

/// <summary>Prepares the data of a call, with progress for its observer.</summary>
/// <param name="observer">Receives progress and warnings.</param>
public sealed class DataPreparation(IPreparationObserver observer) : IProgress<DatasetProgress>
{
    private DatasetStage? _stage;

    /// <summary>The default tokenizer: byte-level BPE for the documentation of the SDK, bytes for other text.</summary>
    internal static TokenizerChoice DefaultTokenizer(string source) =>
        source == DataConfig.SdkDocumentation ? TokenizerChoice.BytePairs(TokenizerChoice.DefaultVocabularySize) : TokenizerChoice.Bytes;

    /// <summary>
    /// The value of <c>--tokenizer</c> that is used for sources where none was given: null where each source has its own or
    /// there is a single one. The texts of a mixture get the tokenizer of its prepared tokens.
    /// </summary>
    internal static string? DefaultTokenizerOf(IReadOnlyList<DataSource> sources) => sources.Count == 1
        ? null
        : sources.FirstOrDefault(source => DatasetFolder.Holds(source.Path) && DatasetFolder.HasTokenizer(source.Path)) is DataSource prepared
            ? Path.Combine(Path.GetFullPath(prepared.Path), TokenizerFile.FileName)
            : null;

    /// <summary>Opens prepared datasets, or prepares corpora where the cache does not have them.</summary>
    /// <param name="source">
    /// A folder with token files; a file, a folder, a pattern or <c>-</c> of text; <see cref="DataConfig.SdkDocumentation"/>; or a
    /// mixture of these (<see cref="DataSource.ParseAll"/>).
    /// </param>
    /// <param name="tokenizer">A tokenizer for <see cref="TokenizerChoice.Parse"/>; null for <see cref="DefaultTokenizer"/>, or that of the token files.</param>
    /// <param name="validationFraction">Fraction that is held out; null for the default.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>The dataset; the caller disposes of it.</returns>
    /// <exception cref="NGptException">A source is missing or cannot be used, or the sources of a mixture have different tokenizers.</exception>
    public Dataset Prepare(string source, string? tokenizer, double? validationFraction, CancellationToken stop)
    {
        IReadOnlyList<DataSource> sources = DataSource.ParseAll(source);
        string? common = tokenizer ?? DefaultTokenizerOf(sources);
        return Combine(sources, (path, _) => PrepareSource(path, DatasetFolder.Holds(path) && DatasetFolder.HasTokenizer(path) ? tokenizer : common, validationFraction, stop));
    }

    /// <summary>
    /// Opens the data of a run again: the tokens in the cache where they are still there, whatever has become of their source,
    /// else the source, encoded with the model's tokenizer.
    /// </summary>
    /// <param name="run">The run's configuration.</param>
    /// <param name="given">Where the caller says that the data is: it is read; null for the run's own source or its tokens in the cache.</param>
    /// <param name="modelTokenizer">Path of the model's tokenizer; null where the run has no checkpoint.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>The dataset; its fingerprint differs from the run's where the data have changed. The caller disposes of it.</returns>
    /// <exception cref="NGptException">The data are missing or cannot be used.</exception>
    public Dataset PrepareAgain(RunConfig run, string? given, string? modelTokenizer, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        string source = given ?? run.Data.Source;
        string? tokenizer = run.Data.Tokenizer == DataConfig.TokenizerOfDataset ? null : run.Data.Tokenizer;
        if (given is null && !DatasetFolder.Holds(source) && FindPrepared(source, run.Data.Fingerprint) is { } cached)
        {
            return cached;
        }

        IReadOnlyList<DataSource> sources = DataSource.ParseAll(source);
        // The sources of a mixture are found in the cache by what they were prepared with.
        bool isPrepared = sources.Count > 1 && (tokenizer == TokenizerChoice.Bytes.Word || Path.Exists(tokenizer));
        string? textTokenizer = isPrepared ? tokenizer : modelTokenizer ?? tokenizer;
        string[] fingerprints = given is null && run.Data.SourceFingerprints is string stored ? stored.Split('\n') : [];
        return Combine(sources, (path, index) => DatasetFolder.Holds(path)
            ? PrepareSource(path, Path.IsPathRooted(tokenizer) || !DatasetFolder.HasTokenizer(path) ? tokenizer : null, run.Data.ValidationFraction, stop)
            : FindPrepared(path, fingerprints.ElementAtOrDefault(index)) ?? PrepareSource(path, textTokenizer, run.Data.ValidationFraction, stop));
    }

    private Dataset Combine(IReadOnlyList<DataSource> sources, Func<string, int, Dataset> prepare)
    {
        List<(DataSource, Dataset)> prepared = [];
        try
        {
            foreach (DataSource source in sources)
            {
                prepared.Add((source, prepare(source.Path, prepared.Count)));
            }
        }
        catch
        {
            prepared.ForEach(entry => entry.Item2.Dispose());
            throw;
        }

        if (prepared.Select(entry => entry.Item2.Train.DocumentStart).Distinct().Count() > 1)
        {
            observer.OnWarning("the sources mark the beginning of documents with different tokens: --packing documents finds only those behind the end-of-text token");
        }

        return Dataset.Mix(prepared);
    }

    // Named as the run names it: other files with the same text have the same tokens.
    private Dataset? FindPrepared(string source, string? fingerprint)
    {
        if (fingerprint is null || DatasetPreparer.FindPrepared(fingerprint) is not { } cached)
        {
            return null;
        }

        observer.OnPreparing($"data: {source}, as prepared when the run began");
        return cached;
    }

    private Dataset PrepareSource(string source, string? tokenizer, double? validationFraction, CancellationToken stop)
    {
        TokenizerChoice? choice = tokenizer is null ? null : TokenizerChoice.Parse(tokenizer);
        if (DatasetFolder.Holds(source))
        {
            return OpenPrepared(source, choice, validationFraction);
        }

        using FileCorpus? files = source == DataConfig.SdkDocumentation ? null : new FileCorpus([source]);
        ICorpus corpus = files ?? (ICorpus)new SdkDocumentationCorpus();
        observer.OnPreparing($"data: {corpus.Description}");
        _stage = null;
        DatasetRequest request = new()
        {
            Corpus = corpus,
            Tokenizer = choice ?? DefaultTokenizer(source),
            ValidationFraction = validationFraction,
        };
        Dataset dataset = DatasetPreparer.Prepare(request, this, stop);
        if (dataset.Summary.RejectedCount > 0)
        {
            foreach (LeftOut reason in dataset.Summary.LeftOut)
            {
                observer.OnWarning($"left out {reason.Describe()}");
            }
        }

        return dataset;
    }

    private Dataset OpenPrepared(string folder, TokenizerChoice? tokenizer, double? validationFraction)
    {
        observer.OnPreparing($"tokens in {folder}");
        if (validationFraction is not null)
        {
            observer.OnWarning("--validation-fraction has no effect: the data is already split");
        }

        bool isBytes = tokenizer?.Kind == TokenizerKind.Bytes && !DatasetFolder.HasTokenizer(folder);
        if (tokenizer is { Kind: not TokenizerKind.File } && !isBytes)
        {
            observer.OnWarning($"--tokenizer {tokenizer.Word} has no effect: the data is already tokenized");
        }

        return DatasetFolder.Open(folder, isBytes ? tokenizer!.Word : tokenizer?.Path, onWarning: observer.OnWarning);
    }

    /// <inheritdoc/>
    public void Report(DatasetProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Note is string note)
        {
            observer.OnWarning(note);
        }

        if (value.Stage != _stage && value.Stage is DatasetStage.Reading or DatasetStage.TrainingTokenizer or DatasetStage.Tokenizing)
        {
            _stage = value.Stage;
            observer.OnPreparing(value.Stage switch
            {
                DatasetStage.Reading => "reading the text",
                DatasetStage.TrainingTokenizer => "training the tokenizer",
                _ => "writing tokens",
            });
        }
    }
}
