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

    /// <summary>Opens a prepared dataset, or prepares a corpus where the cache does not have it.</summary>
    /// <param name="source">A folder with token files; a file, a folder, a pattern or <c>-</c> of text; or <see cref="DataConfig.SdkDocumentation"/>.</param>
    /// <param name="tokenizer">A tokenizer for <see cref="TokenizerChoice.Parse"/>; null for <see cref="DefaultTokenizer"/>, or that of the token files.</param>
    /// <param name="validationFraction">Fraction that is held out; null for the default.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>The dataset; the caller disposes of it.</returns>
    /// <exception cref="NGptException">The source is missing or cannot be used.</exception>
    public Dataset Prepare(string source, string? tokenizer, double? validationFraction, CancellationToken stop)
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
            RejectedDocument first = dataset.Summary.Rejected[0];
            string rest = dataset.Summary.RejectedCount > 1 ? $" and {dataset.Summary.RejectedCount - 1} more" : string.Empty;
            observer.OnWarning($"skipped {first.Name} ({first.Reason}){rest}");
        }

        return dataset;
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
        if (DatasetFolder.Holds(source))
        {
            return Prepare(source, Path.IsPathRooted(tokenizer) || !DatasetFolder.HasTokenizer(source) ? tokenizer : null, run.Data.ValidationFraction, stop);
        }

        if (given is null && DatasetPreparer.FindPrepared(run.Data.Fingerprint) is { } cached)
        {
            observer.OnPreparing($"data: {cached.Summary.Source}, as prepared when the run began");
            return cached;
        }

        return Prepare(source, modelTokenizer ?? tokenizer, run.Data.ValidationFraction, stop);
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
