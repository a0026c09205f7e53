using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;

namespace NGpt.Torch.Training;

/// <summary>Prepares the data of a call and tells its observer how that goes.</summary>
/// <param name="observer">Receives what is read and what is left out.</param>
public sealed class DataPreparation(IPreparationObserver observer) : IProgress<DatasetProgress>
{
    private DatasetStage? _stage;

    /// <summary>How text becomes tokens where nobody said it: byte pairs for the documentation of the SDK, bytes for a person's own text.</summary>
    /// <param name="source">The source of the text.</param>
    /// <returns>The choice.</returns>
    internal static TokenizerChoice DefaultTokenizer(string source) =>
        source == DataConfig.SdkDocumentation ? TokenizerChoice.BytePairs(TokenizerChoice.DefaultVocabularySize) : TokenizerChoice.Bytes;

    /// <summary>Opens a prepared dataset, or reads a corpus, or finds it prepared.</summary>
    /// <param name="source">A folder with token files; a file, a folder, a pattern or <c>-</c> of text; or <see cref="DataConfig.SdkDocumentation"/>.</param>
    /// <param name="tokenizer">What <see cref="TokenizerChoice.Parse"/> reads; null for <see cref="DefaultTokenizer"/>, or for the one of the token files.</param>
    /// <param name="validationFraction">Share that is held out; null for the default.</param>
    /// <param name="stop">Ends it early.</param>
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
        observer.OnPreparing(corpus.Description);
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
            observer.OnWarning($"left out {first.Name} ({first.Reason}){rest}");
        }

        return dataset;
    }

    /// <summary>Opens the data of a run again, as the run has them.</summary>
    /// <param name="run">The run's configuration.</param>
    /// <param name="source">Where the data are now: the run's own source, or where it was moved to.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>The dataset, whose fingerprint differs from the run's where the data have changed; the caller disposes of it.</returns>
    /// <exception cref="NGptException">The data are gone or cannot be used.</exception>
    public Dataset PrepareAgain(RunConfig run, string source, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        string? tokenizer = run.Data.Tokenizer == DataConfig.TokenizerOfDataset || (DatasetFolder.Holds(source) && !Path.IsPathRooted(run.Data.Tokenizer))
            ? null
            : run.Data.Tokenizer;
        return Prepare(source, tokenizer, run.Data.ValidationFraction, stop);
    }

    private Dataset OpenPrepared(string folder, TokenizerChoice? tokenizer, double? validationFraction)
    {
        observer.OnPreparing($"tokens in {folder}");
        if (validationFraction is not null)
        {
            observer.OnWarning("--validation-fraction has no effect: the data is divided already");
        }

        if (tokenizer is { Kind: not TokenizerKind.File })
        {
            observer.OnWarning($"--tokenizer {tokenizer.Word} has no effect: the data is tokenized already");
        }

        return DatasetFolder.Open(folder, tokenizer?.Path);
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
