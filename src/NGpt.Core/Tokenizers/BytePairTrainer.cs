using NGpt.Core.Errors;
using NGpt.Core.Tokenizers.Training;

namespace NGpt.Core.Tokenizers;

/// <summary>
/// Learns a <see cref="BytePairTokenizer"/> from text: the pieces of the text are counted, and again and again the most
/// frequent pair of neighbours inside pieces becomes a token; of equally frequent pairs that with the lowest first id, then
/// with the lowest second id. The result depends on the text alone, not on threads or on the order of the documents. Pieces
/// of more than 1,024 bytes, and documents of more than 1 MiB, are counted in parts. For one caller at a time.
/// </summary>
public sealed class BytePairTrainer : IDisposable
{
    /// <summary>The fewest tokens that can be asked for.</summary>
    public const int MinVocabularySize = 300;

    /// <summary>The most tokens that can be asked for.</summary>
    public const int MaxVocabularySize = 100_000;

    private const int MergesBetweenReports = 64;

    private readonly SplitPattern _pattern;
    private readonly PieceCounter _counter;

    /// <summary>Begins without text.</summary>
    /// <param name="pattern">How the text, and later every text, is cut into pieces.</param>
    /// <param name="threads">Threads that count pieces, or null for one a core.</param>
    public BytePairTrainer(SplitPattern pattern, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (threads is int given)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(given, 1, nameof(threads));
        }

        _pattern = pattern;
        _counter = new PieceCounter(pattern, threads ?? Environment.ProcessorCount);
    }

    /// <summary>The bytes of text so far.</summary>
    public long TextBytes { get; private set; }

    /// <summary>The tokens of that text under the vocabulary that was learned last; 0 before.</summary>
    public long TextTokens { get; private set; }

    /// <summary>Adds a document. It is counted in the background; memory grows with the different pieces only.</summary>
    /// <param name="text">The document, of any size; any bytes.</param>
    /// <param name="cancellationToken">Stops waiting for the threads.</param>
    /// <exception cref="NGptException">The text has too many different pieces, or a regular expression takes too long.</exception>
    public void Add(ReadOnlySpan<byte> text, CancellationToken cancellationToken = default)
    {
        _counter.Add(text, cancellationToken);
        TextBytes += text.Length;
    }

    /// <summary>
    /// Learns a vocabulary from the text so far: ids 0..255 are the bytes, then come the merges in the order in which they
    /// were learned, and last the end-of-text token.
    /// </summary>
    /// <param name="vocabularySize">The tokens asked for. There will be fewer where no pair occurs twice any more.</param>
    /// <param name="hasEndOfText">Whether one of them keeps documents apart.</param>
    /// <param name="progress">Receives how far it is, or null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="UsageException">The size is outside of what is allowed, or there is not text.</exception>
    /// <exception cref="NGptException">As for <see cref="Add"/>.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public BytePairTokenizer Train(
        int vocabularySize,
        bool hasEndOfText = true,
        IProgress<BytePairTrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (vocabularySize is < MinVocabularySize or > MaxVocabularySize)
        {
            throw new UsageException($"a vocabulary of {vocabularySize:N0} tokens cannot be trained", $"ask for {MinVocabularySize} to {MaxVocabularySize:N0}");
        }

        PieceCounts pieces = _counter.Finish(cancellationToken);
        if (pieces.Count == 0)
        {
            throw new UsageException("there is no text to train a tokenizer on");
        }

        var learner = new MergeLearner(pieces, cancellationToken);
        var tokens = new List<byte[]?>(vocabularySize);
        tokens.AddRange(Enumerable.Range(0, 256).Select(value => (byte[])[(byte)value]));
        var merges = new List<BytePairMerge>(vocabularySize);
        int last = vocabularySize - (hasEndOfText ? 1 : 0);
        while (tokens.Count < last && learner.TryMerge(tokens.Count, out BytePairMerge merge))
        {
            cancellationToken.ThrowIfCancellationRequested();
            merges.Add(merge);
            tokens.Add([.. tokens[merge.Left]!, .. tokens[merge.Right]!]);
            if (merges.Count % MergesBetweenReports == 0)
            {
                progress?.Report(new BytePairTrainingProgress(tokens.Count, vocabularySize));
            }
        }

        TextTokens = learner.TextTokens;
        AddedToken[] added = hasEndOfText ? [new AddedToken(tokens.Count, BytePairTokenizer.EndOfTextNames[0])] : [];
        return new BytePairTokenizer(tokens, merges, _pattern, added);
    }

    /// <summary>Waits for the threads and frees them.</summary>
    public void Dispose() => _counter.Dispose();
}

/// <summary>How far the training of a tokenizer is.</summary>
/// <param name="Tokens">Tokens of the vocabulary so far.</param>
/// <param name="VocabularySize">Tokens asked for.</param>
public readonly record struct BytePairTrainingProgress(int Tokens, int VocabularySize);
