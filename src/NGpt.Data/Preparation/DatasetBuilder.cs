using NGpt.Data.Corpora;
using NGpt.Core.Tokenizers;

namespace NGpt.Data.Preparation;

/// <summary>Makes the files of a dataset in a folder of its own.</summary>
internal sealed class DatasetBuilder(DatasetRequest request, string folder, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
{
    private const int ChunkSize = 1 << 20;
    private const int ReportEvery = 8 << 20;
    private readonly List<RejectedDocument> _rejected = [];

    /// <summary>Reads the corpus and writes all files, flushed to the disk.</summary>
    /// <param name="sourceFingerprint">The corpus's fingerprint from before the reading.</param>
    public void Build(string sourceFingerprint)
    {
        using var spool = new DocumentSpool(Path.Combine(folder, "documents.tmp"));
        ITokenizer tokenizer = ReadCorpus(spool);
        (SplitSummary train, SplitSummary validation) = WriteTokens(spool, tokenizer);
        TokenizerFile.Save(tokenizer, Path.Combine(folder, TokenizerFile.FileName));
        var summary = new DatasetSummary(request.Corpus.Description, train, validation, _rejected);
        new DatasetManifest(sourceFingerprint, tokenizer.Name, DatasetFolder.Fingerprint(folder), summary)
            .Write(Path.Combine(folder, DatasetManifest.FileName));
    }

    private ITokenizer ReadCorpus(DocumentSpool spool)
    {
        CharacterVocabularyBuilder? vocabulary = request.Tokenizer == TokenizerKind.Characters ? new() : null;
        long reported = 0;
        progress?.Report(new DatasetProgress(DatasetStage.Reading, 0, 0));
        foreach (CorpusEntry entry in request.Corpus.Read(default, cancellationToken))
        {
            if (entry.Document is not { } document)
            {
                _rejected.Add(entry.Rejected!);
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            spool.Add(document);
            vocabulary?.Add(document.Utf8.Span);
            if (spool.Length - reported >= ReportEvery)
            {
                reported = spool.Length;
                progress?.Report(new DatasetProgress(DatasetStage.Reading, spool.Documents.Count, spool.Length));
            }
        }

        if (spool.Documents.Count > 1)
        {
            // The blank lines between documents are part of the text.
            vocabulary?.Add("\n"u8);
        }

        return vocabulary?.Build() ?? (ITokenizer)new ByteTokenizer();
    }

    private (SplitSummary Train, SplitSummary Validation) WriteTokens(DocumentSpool spool, ITokenizer tokenizer)
    {
        using var train = new SplitWriter(tokenizer, Path.Combine(folder, DatasetFolder.TrainFileName));
        using var validation = new SplitWriter(tokenizer, Path.Combine(folder, DatasetFolder.ValidationFileName));
        var buffer = new byte[ChunkSize];
        long documents = 0;
        long done = 0;
        long reported = 0;
        foreach (TextSegment segment in HoldOut.Divide(spool, request.ValidationFraction))
        {
            SplitWriter split = segment.IsValidation ? validation : train;
            split.BeginDocument();
            for (long offset = 0; offset < segment.Length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Span<byte> chunk = buffer.AsSpan(0, (int)Math.Min(ChunkSize, segment.Length - offset));
                spool.Read(segment.Start + offset, chunk);
                chunk = chunk[..Utf8Boundary.CompleteLength(chunk)];
                split.Write(chunk);
                offset += chunk.Length;
            }

            documents++;
            done += segment.Length;
            if (done - reported >= ReportEvery)
            {
                reported = done;
                progress?.Report(new DatasetProgress(DatasetStage.Tokenizing, documents, done));
            }
        }

        train.Complete();
        validation.Complete();
        return (train.Summary, validation.Summary);
    }
}
