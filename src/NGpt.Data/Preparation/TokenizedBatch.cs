using NGpt.Data.Corpora;

namespace NGpt.Data.Preparation;

/// <summary>Some neighbouring entries of a corpus, tokenized by one thread.</summary>
/// <param name="Pieces">The pieces in the order of the corpus.</param>
/// <param name="Rejected">What was left out among them.</param>
/// <param name="Repaired">Documents in which bytes were replaced.</param>
/// <param name="Next">The place behind the batch.</param>
/// <param name="TextPosition">Bytes of text up to there.</param>
/// <param name="SourceBytesRead">Bytes of the sources up to there.</param>
internal sealed record TokenizedBatch(
    IReadOnlyList<TokenizedPiece> Pieces,
    IReadOnlyList<RejectedDocument> Rejected,
    int Repaired,
    CorpusPosition Next,
    long TextPosition,
    long SourceBytesRead);
