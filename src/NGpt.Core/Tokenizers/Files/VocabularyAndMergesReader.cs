using System.Text;
using NGpt.Core.Errors;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>Reads GPT-2's two files: <c>vocab.json</c>, names and ids, and <c>merges.txt</c>, a merge a line.</summary>
internal static class VocabularyAndMergesReader
{
    /// <summary>Reads both files. The pattern is GPT-2's.</summary>
    public static ITokenizer Read(string vocabularyPath, string mergesPath)
    {
        byte[] merges = TokenizerBytes.Read(mergesPath);
        return JsonChecks.Parse(vocabularyPath, (root, checks) =>
        {
            var vocabulary = new JsonVocabulary(root, checks);
            // A control token is one by its name; as a name of bytes it would be text.
            AddedToken[] added = [.. BytePairTokenizer.EndOfTextNames.Select(name => new AddedToken(vocabulary.Id(name), name)).Where(token => token.Id >= 0)];
            foreach (AddedToken token in added)
            {
                vocabulary.Remove(token.Content);
            }

            var bpe = new ByteLevelModel(vocabulary, checks, problem => new FileFormatException(mergesPath, problem, TokenizerBytes.Remedy));
            bool first = true;
            foreach (string line in Encoding.UTF8.GetString(merges).Split('\n'))
            {
                string merge = line.TrimEnd('\r');
                // "#version" may head the file; a line of merges can begin with # as well.
                if (merge.Length > 0 && !(first && merge.StartsWith("#version", StringComparison.Ordinal)))
                {
                    bpe.AddMerge(merge);
                }

                first = false;
            }

            return bpe.Build(SplitPattern.Gpt2, added, ignoresMerges: false);
        });
    }
}
