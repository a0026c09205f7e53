using System.Text;
using System.Text.Json;
using NGpt.Core.Errors;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>Reads GPT-2's two files: names and ids (<c>vocab.json</c>, <c>encoder.json</c>), and a merge a line (<c>merges.txt</c>, <c>vocab.bpe</c>).</summary>
internal static class VocabularyAndMergesReader
{
    /// <summary>Reads both files. The pattern is GPT-2's.</summary>
    public static ITokenizer Read(string vocabularyPath, string mergesPath)
    {
        ReadOnlyMemory<byte> merges = JsonChecks.WithoutMark(TokenizerBytes.Read(mergesPath));
        return JsonChecks.Parse(vocabularyPath, (root, checks) => Read(root, checks, Encoding.UTF8.GetString(merges.Span), mergesPath));
    }

    private static BytePairTokenizer Read(JsonElement root, JsonChecks checks, string merges, string mergesPath)
    {
        var vocabulary = new JsonVocabulary(root, checks);
        // A control token is one by its name; as a name of bytes it would be text.
        AddedToken[] added = [.. BytePairTokenizer.EndOfTextNames.Select(name => new AddedToken(vocabulary.Id(name), name)).Where(token => token.Id >= 0)];
        foreach (AddedToken token in added)
        {
            vocabulary.Remove(token.Content);
        }

        var list = new MergeList(vocabulary, prefix: string.Empty, problem => new FileFormatException(mergesPath, problem, TokenizerBytes.Remedy));
        bool isFirst = true;
        foreach (string line in merges.Split('\n'))
        {
            string merge = line.TrimEnd('\r');
            // "#version" may head the file; a line of merges can begin with # as well.
            if (merge.Length > 0 && !(isFirst && merge.StartsWith("#version", StringComparison.Ordinal)))
            {
                list.Add(merge);
            }

            isFirst = false;
        }

        try
        {
            string?[] names = vocabulary.Names(added.Length);
            var tokens = new byte[]?[names.Length];
            for (int id = 0; id < names.Length; id++)
            {
                if (names[id] is string name && !ByteToUnicode.TryGetBytes(name, out tokens[id]))
                {
                    throw checks.Failure($"the token {id} is not written in the characters that stand for bytes");
                }
            }

            return new BytePairTokenizer(tokens, list.ToArray(), SplitPattern.Gpt2, added);
        }
        catch (ArgumentException error)
        {
            throw checks.Failure(error.Message);
        }
    }
}
