namespace NGpt.Core.Tokenizers.BytePair;

/// <summary>From a piece of text to tokens: the first tokens of an alphabet, then merges. Immutable and safe to share between threads.</summary>
/// <param name="alphabet">The tokens that merging begins with.</param>
/// <param name="mergeTable">The merges.</param>
/// <param name="wholePieces">Pieces that are a token as a whole, whatever the merges say; null where merges alone decide.</param>
internal sealed class BytePairModel(SymbolAlphabet alphabet, MergeTable mergeTable, ByteStringTable? wholePieces)
{
    /// <summary>What merges for one thread.</summary>
    public PieceMerger NewMerger() => new(mergeTable);

    /// <summary>Writes the tokens of a piece, at most one a byte, and returns how many.</summary>
    public int Encode(ReadOnlySpan<byte> piece, Span<int> tokens, PieceMerger merger)
    {
        if (wholePieces is not null && wholePieces.Find(piece) is >= 0 and int whole)
        {
            tokens[0] = whole;
            return 1;
        }

        return merger.Merge(tokens[..alphabet.Begin(piece, tokens)]);
    }
}
