using NGpt.Core.Configuration;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;

namespace NGpt.Torch.Training;

/// <summary>Prepares the data of a call and tells its observer how that goes.</summary>
/// <param name="observer">Hears what is read and what is left out.</param>
internal sealed class DataPreparation(ITrainingObserver observer) : IProgress<DatasetProgress>
{
    private DatasetStage? _stage;

    /// <summary>Reads a corpus, or finds it prepared.</summary>
    /// <param name="source">A file, a folder, a pattern or <c>-</c> for standard input, or <see cref="DataConfig.SdkDocumentation"/>.</param>
    /// <param name="tokenizer"><c>bytes</c> or <c>characters</c>.</param>
    /// <param name="validationFraction">Share that is held out; null for the default.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>The dataset; the caller disposes of it.</returns>
    public Dataset Prepare(string source, string tokenizer, double? validationFraction, CancellationToken stop)
    {
        using FileCorpus? files = source == DataConfig.SdkDocumentation ? null : new FileCorpus([source]);
        ICorpus corpus = files ?? (ICorpus)new SdkDocumentationCorpus();
        observer.OnPreparing(corpus.Description);
        _stage = null;
        DatasetRequest request = new()
        {
            Corpus = corpus,
            Tokenizer = tokenizer == "bytes" ? TokenizerKind.Bytes : TokenizerKind.Characters,
            ValidationFraction = validationFraction,
        };
        Dataset dataset = DatasetPreparer.Prepare(request, this, stop);
        if (dataset.Summary.Rejected.Count > 0)
        {
            RejectedDocument first = dataset.Summary.Rejected[0];
            string rest = dataset.Summary.Rejected.Count > 1 ? $" and {dataset.Summary.Rejected.Count - 1} more" : string.Empty;
            observer.OnWarning($"left out {first.Name} ({first.Reason}){rest}");
        }

        return dataset;
    }

    /// <inheritdoc/>
    public void Report(DatasetProgress value)
    {
        if (value.Note is string note)
        {
            observer.OnWarning(note);
        }

        if (value.Stage != _stage && value.Stage is DatasetStage.Reading or DatasetStage.Tokenizing)
        {
            _stage = value.Stage;
            observer.OnPreparing(value.Stage == DatasetStage.Reading ? "reading the text" : "writing tokens");
        }
    }
}
