using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;

namespace NGpt.Data.Preparation;

/// <summary>
/// Makes the files of a dataset in a folder. Every <see cref="SaveEvery"/> bytes of text the state is saved behind the
/// tokens: a builder on the same folder resumes there, and ends with the same files as one that was not interrupted.
/// </summary>
internal sealed class DatasetBuilder(DatasetRequest request, string key, string folder, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
{
    private const int ReportEvery = 1 << 20;

    private long _reported;

    /// <summary>Bytes of text between two savings of the state.</summary>
    public long SaveEvery { get; init; } = 16 << 20;

    /// <summary>Bytes of text that one thread tokenizes at a time.</summary>
    public long BatchBytes { get; init; } = 1 << 20;

    /// <summary>Prepares, from the beginning or from where an earlier call stopped.</summary>
    public DatasetManifest Build()
    {
        progress?.Report(new DatasetProgress(DatasetStage.Reading, 0, 0));
        PreparationState? saved = PreparationState.Read(folder);
        (PreparationState state, ITokenizer tokenizer) = saved is not null && File.Exists(TokenizerPath)
            ? (saved, TokenizerFile.Load(TokenizerPath))
            : Begin();
        DatasetSummary summary = WriteTokens(state, tokenizer);
        var manifest = new DatasetManifest(key, tokenizer.Name, tokenizer.VocabularySize, DatasetFolder.Fingerprint(folder, summary), summary);
        manifest.Write(Path.Combine(folder, DatasetManifest.FileName));
        RemoveState(folder);
        return manifest;
    }

    /// <summary>Deletes what only an unfinished preparation needs.</summary>
    public static void RemoveState(string folder)
    {
        File.Delete(Path.Combine(folder, DocumentHashes.FileName));
        File.Delete(Path.Combine(folder, PreparationState.FileName));
    }

    private string TokenizerPath => Path.Combine(folder, TokenizerFile.FileName);

    private (PreparationState State, ITokenizer Tokenizer) Begin()
    {
        CorpusSurvey survey = CorpusSurvey.Of(
            request.Corpus, (documents, bytes) => Report(DatasetStage.Reading, documents, bytes, sourceBytesRead: 0), cancellationToken);
        HoldOut holdOut = HoldOut.Decide(survey, request.ValidationFraction);
        DatasetStage stage = request.Tokenizer.Kind == TokenizerKind.BytePairs ? DatasetStage.TrainingTokenizer : DatasetStage.Reading;
        ITokenizer tokenizer = new TokenizerFactory(request.Corpus, survey, holdOut, request.Threads)
            .Make(request.Tokenizer, (documents, bytes, source) => Report(stage, documents, bytes, source), Warn, cancellationToken);
        TokenizerFile.Save(tokenizer, TokenizerPath);
        var state = new PreparationState { Request = key, HoldOut = holdOut };
        state.Write(folder);
        return (state, tokenizer);
    }

    private DatasetSummary WriteTokens(PreparationState state, ITokenizer tokenizer)
    {
        using var train = new SplitWriter(tokenizer, folder, DatasetFolder.TrainPrefix, request.ShardTokens, state.Train, request.Corpus.HasAnswers);
        using var validation = new SplitWriter(tokenizer, folder, DatasetFolder.ValidationPrefix, request.ShardTokens, state.Validation, request.Corpus.HasAnswers);
        using DocumentHashes? hashes = request.DropDuplicates ? new DocumentHashes(folder, state.Hashes) : null;
        var divider = new TextDivider(state.HoldOut, state.TextPosition);
        long saved = state.TextPosition;
        bool hasWarned = false;
        try
        {
            TokenizingPipeline pipeline = new(request.Corpus, tokenizer, request.Threads) { BatchBytes = BatchBytes };
            foreach (TokenizedBatch batch in pipeline.Run(state.Position, divider, cancellationToken))
            {
                if (batch.Warning is { } warning && !hasWarned)
                {
                    Warn(warning);
                    hasWarned = true;
                }

                foreach (TokenizedPiece piece in batch.Pieces)
                {
                    state = Write(piece, state, train, validation, hashes);
                }

                state = Reject(state, batch.Rejected) with
                {
                    Position = batch.Next,
                    TextPosition = batch.TextPosition,
                    Repaired = state.Repaired + batch.Repaired,
                };
                Report(DatasetStage.Tokenizing, train.State.Documents + validation.State.Documents, state.TextPosition, batch.SourceBytesRead);
                if (state.TextPosition - saved >= SaveEvery)
                {
                    Save(state, train, validation, hashes);
                    saved = state.TextPosition;
                }
            }
        }
        catch (OperationCanceledException)
        {
            Save(state, train, validation, hashes);
            throw;
        }

        RequireBoth(train, validation, state);
        return new DatasetSummary(request.Corpus.Description, train.Complete(), validation.Complete(), state.Rejected)
        {
            RejectedCount = state.RejectedCount,
            LeftOut = state.LeftOut,
            HasAnswers = request.Corpus.HasAnswers,
            Duplicates = state.Duplicates,
            Repaired = state.Repaired,
        };
    }

    private static PreparationState Reject(PreparationState state, IReadOnlyCollection<RejectedDocument> rejected) => state with
    {
        RejectedCount = state.RejectedCount + rejected.Count,
        LeftOut = LeftOut.Add(state.LeftOut, rejected),
        Rejected = state.Rejected.Count < DatasetSummary.MaxRejected && rejected.Count > 0
            ? [.. state.Rejected.Concat(rejected).Take(DatasetSummary.MaxRejected)]
            : state.Rejected,
    };

    private static PreparationState Write(TokenizedPiece piece, PreparationState state, SplitWriter train, SplitWriter validation, DocumentHashes? hashes)
    {
        TextPiece text = piece.Piece;
        if (piece.Rejected is { } rejected)
        {
            // The rest of the document goes with it.
            return text.Kind != TextPieceKind.Beginning && state.Destination == PieceDestination.Dropped
                ? state
                : Reject(state with { Destination = PieceDestination.Dropped }, [rejected]);
        }

        if (text.Kind == TextPieceKind.Beginning)
        {
            bool isDuplicate = hashes?.Add(text.Hash!.Value) == false;
            state = state with
            {
                Duplicates = state.Duplicates + (isDuplicate ? 1 : 0),
                Destination = isDuplicate ? PieceDestination.Dropped
                    : text.IsValidation ?? state.HoldOut.Holds(text.Hash!.Value) ? PieceDestination.Validation
                    : PieceDestination.Train,
            };
        }
        else if (text.Kind == TextPieceKind.Rest && state.Destination != PieceDestination.Dropped)
        {
            state = state with { Destination = PieceDestination.Validation };
        }

        if (state.Destination != PieceDestination.Dropped)
        {
            SplitWriter split = state.Destination == PieceDestination.Validation ? validation : train;
            if (text.Kind != TextPieceKind.Continuation)
            {
                split.BeginDocument();
            }

            split.Write(text.Utf8.Span, piece.Tokens.Span, piece.Answers ?? []);
        }

        return state;
    }

    private void Save(PreparationState state, SplitWriter train, SplitWriter validation, DocumentHashes? hashes)
    {
        // The state comes last: everything that it lists is on disk.
        hashes?.Flush();
        (state with { Train = train.Flush(), Validation = validation.Flush(), Hashes = hashes?.Count ?? 0 }).Write(folder);
    }

    private void RequireBoth(SplitWriter train, SplitWriter validation, PreparationState state)
    {
        long documents = train.State.Documents + validation.State.Documents;
        if (state.HoldOut.Cut is null && documents > 1 && (train.State.Documents == 0 || validation.State.Documents == 0))
        {
            throw new UsageException(
                $"a validation fraction of {state.HoldOut.Fraction} puts all {documents:N0} documents on one side",
                "give a larger --validation-fraction");
        }

        if (train.State.Bytes == 0 || validation.State.Bytes == 0)
        {
            if (state.Rejected is [{ } first, ..])
            {
                throw new UsageException(
                    $"{request.Corpus.Description}: what is left of the text is too little to hold some out for validation; {state.RejectedCount:N0} left out, the first: {first.Name}: {first.Reason}",
                    "give more text, or a tokenizer that has tokens for all of it");
            }

            throw new UsageException($"{request.Corpus.Description}: {state.TextPosition:N0} bytes of text are too little to hold some out for validation", "give more text");
        }
    }

    private void Warn(string warning) => progress?.Report(new DatasetProgress(DatasetStage.Reading, 0, 0, warning));

    private void Report(DatasetStage stage, long documents, long bytes, long sourceBytesRead)
    {
        if (bytes < _reported || bytes - _reported >= ReportEvery)
        {
            _reported = bytes;
            progress?.Report(new DatasetProgress(stage, documents, bytes) { SourceBytesRead = sourceBytesRead, SourceBytes = request.Corpus.SourceBytes });
        }
    }
}
