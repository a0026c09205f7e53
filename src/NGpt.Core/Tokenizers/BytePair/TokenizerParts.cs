using NGpt.Core.Tokenizers.Decoding;
using NGpt.Core.Tokenizers.Normalization;
using NGpt.Core.Tokenizers.PreTokenizers;
using NGpt.Core.Tokenizers.Splitting;

namespace NGpt.Core.Tokenizers.BytePair;

/// <summary>The steps of a <see cref="BytePairTokenizer"/>: normalizer, pre-tokenizer, model, decoder.</summary>
internal sealed record TokenizerParts
{
    /// <summary>The bytes that every token stands for; none for control tokens and for ids that no token has.</summary>
    public required byte[][] Tokens { get; init; }

    /// <summary>The merges, the lowest rank first.</summary>
    public required BytePairMerge[] Merges { get; init; }

    /// <summary>Tokens outside of the merges, in order of their ids.</summary>
    public required AddedToken[] AddedTokens { get; init; }

    /// <summary>What changes the text between added tokens; null where nothing does.</summary>
    public Normalizer? Normalizer { get; init; }

    /// <summary>The one pattern that a text is cut by; null where <see cref="PreTokenizer"/> does it.</summary>
    public SplitPattern? Pattern { get; init; }

    /// <summary>The steps that cut a text; null where <see cref="Pattern"/> does it.</summary>
    public PreTokenizer? PreTokenizer { get; init; }

    /// <summary>From a piece to tokens.</summary>
    public required BytePairModel Model { get; init; }

    /// <summary>Where long pieces can be cut without changing their tokens; null where that is not known.</summary>
    public SpaceBoundaries? Boundaries { get; init; }

    /// <summary>Whether a piece that is a token as a whole is that token.</summary>
    public bool IgnoresMerges { get; init; }

    /// <summary>From tokens to text; null where that is their bytes one behind the other.</summary>
    public TokenDecoder? Decoder { get; init; }

    /// <summary>What the decoder sees of every token; null for control tokens and for ids that no token has. Empty without a decoder.</summary>
    public string?[] Names { get; init; } = [];

    /// <summary>What the tokenizer was read from, where that says more than its properties; else empty.</summary>
    public ReadOnlyMemory<byte> Source { get; init; }

    /// <summary>Whether nothing but a pattern that is code stands before the merges.</summary>
    public bool IsOnePattern => Pattern is not null && Normalizer is null;

    /// <summary>The parts of a byte-level tokenizer.</summary>
    /// <exception cref="ArgumentException">They do not belong together; the message says how.</exception>
    public static TokenizerParts OfBytes(
        IReadOnlyList<byte[]?> tokens, IReadOnlyList<BytePairMerge> merges, SplitPattern pattern, IReadOnlyList<AddedToken> addedTokens, bool ignoresMerges)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(merges);
        ArgumentNullException.ThrowIfNull(pattern);
        AddedToken[] added = [.. addedTokens.OrderBy(token => token.Id)];
        BytePairChecks.RequireTokens(tokens, added);
        byte[][] all = BytePairChecks.AllTokens(tokens, added);
        ByteStringTable findable = BytePairChecks.Findable(all, tokens);
        int[] tokenOfByte = new int[256];
        for (int value = 0; value < tokenOfByte.Length; value++)
        {
            tokenOfByte[value] = findable.Find([(byte)value]);
            if (tokenOfByte[value] < 0)
            {
                throw new ArgumentException($"no token stands for the byte 0x{value:X2}");
            }
        }

        BytePairMerge[] listed = [.. merges];
        MergeTable table = BytePairChecks.Merges(listed, all, tokens);
        return new TokenizerParts
        {
            Tokens = all,
            Merges = listed,
            AddedTokens = added,
            Pattern = pattern,
            Model = new BytePairModel(new ByteAlphabet(tokenOfByte), table, ignoresMerges ? findable : null),
            IgnoresMerges = ignoresMerges,
        };
    }
}
