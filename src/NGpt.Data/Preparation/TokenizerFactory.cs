using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;

namespace NGpt.Data.Preparation;

/// <summary>Makes the tokenizer of a dataset, from its own text where it is trained.</summary>
internal sealed class TokenizerFactory(ICorpus corpus, CorpusSurvey survey, HoldOut holdOut, int threads)
{
    /// <summary>Text that byte pairs are trained on, at max: more changes the vocabulary hardly and costs minutes.</summary>
    public const long MaxTrainingBytes = 512L << 20;

    // A corpus of one document needs no token that keeps documents apart.
    private bool HasEndOfText => !survey.IsComplete || survey.Hashes.Count > 1;

    /// <summary>Makes it.</summary>
    public ITokenizer Make(TokenizerChoice choice, Action<long, long, long>? progress, Action<string>? onWarning, CancellationToken cancellationToken) => choice.Kind switch
    {
        TokenizerKind.Bytes => new ByteTokenizer(HasEndOfText),
        TokenizerKind.Characters => Characters(progress, cancellationToken),
        TokenizerKind.BytePairs => BytePairs(choice.VocabularySize, progress, cancellationToken),
        _ => TokenizerFile.Load(choice.Path!, onWarning),
    };

    // All characters, also those that only held-out text has: they must have a token.
    private CharacterTokenizer Characters(Action<long, long, long>? progress, CancellationToken cancellationToken)
    {
        var vocabulary = new CharacterVocabularyBuilder();
        Read(isTrainingOnly: false, long.MaxValue, vocabulary.Add, progress, cancellationToken);
        return vocabulary.Build(HasEndOfText);
    }

    private BytePairTokenizer BytePairs(int vocabularySize, Action<long, long, long>? progress, CancellationToken cancellationToken)
    {
        using var trainer = new BytePairTrainer(SplitPattern.Gpt4, threads);
        Read(isTrainingOnly: true, MaxTrainingBytes, text => trainer.Add(text, cancellationToken), progress, cancellationToken);
        return trainer.Train(vocabularySize, hasEndOfText: true, progress: null, cancellationToken);
    }

    private void Read(bool isTrainingOnly, long max, Action<ReadOnlySpan<byte>> add, Action<long, long, long>? progress, CancellationToken cancellationToken)
    {
        var divider = new TextDivider(holdOut, position: 0);
        (long documents, long bytes) = (0, 0);
        bool isHeldOut = false;
        foreach (CorpusEntry entry in corpus.Read(default, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.Document is not { } document)
            {
                continue;
            }

            foreach (TextPiece piece in divider.Divide(document))
            {
                isHeldOut = piece.IsValidation ?? (piece.Kind == TextPieceKind.Beginning ? holdOut.Holds(piece.Hash ?? HoldOut.ContentHash(piece.Utf8.Span)) : isHeldOut);
                if (!isHeldOut || !isTrainingOnly)
                {
                    add(piece.Utf8.Span);
                    bytes += piece.Utf8.Length;
                }
            }

            documents += document.IsContinuation ? 0 : 1;
            progress?.Invoke(documents, bytes, entry.SourceBytesRead);
            if (bytes >= max)
            {
                return;
            }
        }
    }
}
