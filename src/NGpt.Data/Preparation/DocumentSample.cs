using NGpt.Core.Data;
using NGpt.Core.Tokenizers;

namespace NGpt.Data.Preparation;

/// <summary>A document of a dataset, human-readable: shows what is trained on.</summary>
/// <param name="Position">The place of its first token in the training split.</param>
/// <param name="Beginning">Its beginning, decoded from its tokens; may hold any characters.</param>
/// <param name="IsCut">Whether the document goes on.</param>
public sealed record DocumentSample(long Position, string Beginning, bool IsCut)
{
    private const int MaxTokens = 160;

    // Further away a document is so long that its middle does as well.
    private const int MaxSearch = 1 << 20;

    /// <summary>The first document of the training split, one in its middle and the last: fewer where there are fewer.</summary>
    /// <param name="dataset">The dataset.</param>
    public static IReadOnlyList<DocumentSample> Of(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        TokenShards tokens = dataset.Train;
        int? start = tokens.DocumentStartWith(dataset.Tokenizer);
        long middle = tokens.Count / 2;
        long[] places = [0, FindNext(tokens, start, middle), FindLast(tokens, start)];
        return [.. places.Distinct().Order().Select(place => At(tokens, dataset.Tokenizer, start, place))];
    }

    private static DocumentSample At(TokenShards tokens, ITokenizer tokenizer, int? start, long place)
    {
        int[] part = new int[(int)Math.Min(MaxTokens + 1, tokens.Count - place)];
        tokens.Read(place, part);
        ReadOnlySpan<int> text = part.Length > 0 && part[0] == start ? part.AsSpan(1) : part;
        int end = start is int separator ? text.IndexOf(separator) : -1;
        bool isCut = end < 0 && place + part.Length < tokens.Count;
        string decoded = tokenizer.Decode(end < 0 ? text : text[..end]);
        // The last token may be part of a character.
        return new DocumentSample(place, isCut ? decoded.TrimEnd('\uFFFD') : decoded, isCut);
    }

    private static long FindNext(TokenShards tokens, int? start, long from)
    {
        int[] part = new int[(int)Math.Min(MaxSearch, tokens.Count - from)];
        tokens.Read(from, part);
        int place = start is int separator ? part.AsSpan().IndexOf(separator) : -1;
        return place < 0 ? from : from + place;
    }

    private static long FindLast(TokenShards tokens, int? start)
    {
        int[] part = new int[(int)Math.Min(MaxSearch, tokens.Count)];
        long from = tokens.Count - part.Length;
        tokens.Read(from, part);
        int place = start is int separator ? part.AsSpan().LastIndexOf(separator) : -1;
        return place < 0 ? Math.Max(0, tokens.Count - MaxTokens) : from + place;
    }
}
