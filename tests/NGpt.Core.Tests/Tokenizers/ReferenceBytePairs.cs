using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Tokenizers;

/// <summary>Byte pairs as plainly as possible, to compare with.</summary>
internal static class ReferenceBytePairs
{
    /// <summary>Encodes by searching all merges for the first that occurs, again and again.</summary>
    public static List<int> Encode(BytePairTokenizer tokenizer, byte[] text)
    {
        int[] tokenOfByte = [.. Enumerable.Range(0, 256).Select(value => Enumerable.Range(0, tokenizer.VocabularySize).First(id => tokenizer.TokenBytes(id).SequenceEqual([(byte)value])))];
        var all = new List<int>();
        int start = 0;
        foreach (int end in tokenizer.Pattern!.PieceEnds(text))
        {
            List<int> piece = [.. text[start..end].Select(value => tokenOfByte[value])];
            while (tokenizer.Merges.Where(merge => Place(piece, merge) >= 0).Cast<BytePairMerge?>().FirstOrDefault() is BytePairMerge merge)
            {
                Apply(piece, Place(piece, merge), merge.Result);
            }

            all.AddRange(piece);
            start = end;
        }

        return all;
    }

    /// <summary>Trains by counting all pairs anew for each merge.</summary>
    public static List<BytePairMerge> Train(byte[] text, SplitPattern pattern, int merges)
    {
        var pieces = new List<List<int>>();
        int start = 0;
        foreach (int end in pattern.PieceEnds(text))
        {
            pieces.Add([.. text[start..end].Select(value => (int)value)]);
            start = end;
        }

        var learned = new List<BytePairMerge>();
        for (int next = 256; next < 256 + merges; next++)
        {
            var best = pieces.SelectMany(piece => piece.Zip(piece.Skip(1))).GroupBy(pair => pair)
                .Where(group => group.Count() > 1)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key.First).ThenBy(group => group.Key.Second)
                .FirstOrDefault();
            if (best is null)
            {
                break;
            }

            var merge = new BytePairMerge(best.Key.First, best.Key.Second, next);
            learned.Add(merge);
            foreach (List<int> piece in pieces)
            {
                for (int place; (place = Place(piece, merge)) >= 0;)
                {
                    Apply(piece, place, next);
                }
            }
        }

        return learned;
    }

    private static int Place(List<int> piece, BytePairMerge merge)
    {
        for (int i = 0; i + 1 < piece.Count; i++)
        {
            if (piece[i] == merge.Left && piece[i + 1] == merge.Right)
            {
                return i;
            }
        }

        return -1;
    }

    private static void Apply(List<int> piece, int place, int result)
    {
        piece[place] = result;
        piece.RemoveAt(place + 1);
    }
}
