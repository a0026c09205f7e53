using System.Text;

namespace NGpt.Core.Tokenizers.BytePair;

/// <summary>What has to hold for the parts of a <see cref="BytePairTokenizer"/>; each failure is one line without a full stop.</summary>
internal static class BytePairChecks
{
    /// <summary>Checks that no id is given twice.</summary>
    public static void RequireTokens(IReadOnlyList<byte[]?> tokens, AddedToken[] added)
    {
        if (Math.Max(tokens.Count, added.Length) > BytePairTokenizer.MaxVocabularySize)
        {
            throw Problem($"the vocabulary has more than {BytePairTokenizer.MaxVocabularySize:N0} tokens");
        }

        var contents = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < added.Length; i++)
        {
            (int id, string content) = (added[i].Id, added[i].Content);
            if (id is < 0 or >= BytePairTokenizer.MaxVocabularySize)
            {
                throw Problem($"the added token id {id} is outside 0..{BytePairTokenizer.MaxVocabularySize - 1}");
            }

            if (i > 0 && added[i - 1].Id == id)
            {
                throw Problem($"the added token id {id} is given twice");
            }

            if (id < tokens.Count && tokens[id] is not null)
            {
                throw Problem($"the added token id {id} is also that of another token");
            }

            if (content.Length == 0)
            {
                throw Problem($"the added token {id} is empty");
            }

            if (!contents.Add(content))
            {
                throw Problem($"the added token {id} has the content of another one");
            }
        }
    }

    /// <summary>The bytes that every token stands for.</summary>
    public static byte[][] AllTokens(IReadOnlyList<byte[]?> tokens, AddedToken[] added)
    {
        int size = Math.Max(tokens.Count, added.Length == 0 ? 0 : added[^1].Id + 1);
        if (size > BytePairTokenizer.MaxVocabularySize)
        {
            throw Problem($"the vocabulary has {size:N0} tokens, more than {BytePairTokenizer.MaxVocabularySize:N0}");
        }

        RequireFewGaps(size, tokens.Count(token => token is not null) + added.Length);
        var all = new byte[size][];
        for (int id = 0; id < tokens.Count; id++)
        {
            all[id] = tokens[id] ?? [];
        }

        all.AsSpan(tokens.Count).Fill([]);
        foreach (AddedToken token in added)
        {
            all[token.Id] = token.IsSpecial ? [] : Encoding.UTF8.GetBytes(token.Content);
        }

        return all;
    }

    /// <summary>Checks, before anything of that size is allocated, that most ids below a vocabulary's size are used.</summary>
    public static void RequireFewGaps(int size, int used)
    {
        const int MaxUnused = 100_000;
        if (size - used > MaxUnused + used)
        {
            throw Problem($"the highest id is {size - 1:N0}, but there are only {used:N0} tokens");
        }
    }

    /// <summary>The tokens that merges can make, findable by their bytes.</summary>
    public static ByteStringTable Findable(byte[][] all, IReadOnlyList<byte[]?> tokens)
    {
        var table = new ByteStringTable(all);
        for (int id = 0; id < tokens.Count; id++)
        {
            if (tokens[id] is byte[] bytes)
            {
                if (bytes.Length == 0)
                {
                    throw Problem($"the token {id} is empty");
                }

                if (!table.TryAdd(id))
                {
                    throw Problem($"the token {id} has the bytes of another one");
                }
            }
        }

        return table;
    }

    /// <summary>The merges, findable by their two tokens.</summary>
    public static MergeTable Merges(BytePairMerge[] merges, byte[][] all, IReadOnlyList<byte[]?> tokens)
    {
        var table = new MergeTable(merges.Length);
        for (int rank = 0; rank < merges.Length; rank++)
        {
            (int left, int right, int result) = merges[rank];
            if (!IsToken(left) || !IsToken(right) || !IsToken(result))
            {
                throw Problem($"the merge {rank} names a token that does not exist");
            }

            if (all[result].Length != all[left].Length + all[right].Length || !all[result].AsSpan().StartsWith(all[left]) || !all[result].AsSpan().EndsWith(all[right]))
            {
                throw Problem($"the merge {rank} does not make the token {result}");
            }

            if (!table.TryAdd(merges[rank], rank))
            {
                throw Problem($"the merge {rank} is given twice");
            }
        }

        return table;

        bool IsToken(int id) => id >= 0 && id < tokens.Count && tokens[id] is not null;
    }

    private static ArgumentException Problem(string text) => new(text);
}
