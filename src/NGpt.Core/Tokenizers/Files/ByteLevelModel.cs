using NGpt.Core.Errors;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>Byte-level BPE from names: a vocabulary and merges in GPT-2's characters.</summary>
internal sealed class ByteLevelModel(JsonVocabulary vocabulary, JsonChecks checks, Func<string, FileFormatException> mergeFailure)
{
    private const int MaxMerges = 2_000_000;

    private readonly List<BytePairMerge> _merges = [];

    /// <summary>Adds the next merge.</summary>
    public void AddMerge(string left, string right)
    {
        if (_merges.Count == MaxMerges)
        {
            throw mergeFailure($"there are more than {MaxMerges:N0} merges");
        }

        var merge = new BytePairMerge(vocabulary.Id(left), vocabulary.Id(right), vocabulary.Id(left + right));
        if (merge.Left < 0 || merge.Right < 0 || merge.Result < 0)
        {
            throw mergeFailure($"the merge {_merges.Count} names a token that is not in the vocabulary");
        }

        _merges.Add(merge);
    }

    /// <summary>Adds the next merge.</summary>
    public void AddMerge(string merge)
    {
        int space = merge.IndexOf(' ', StringComparison.Ordinal);
        if (space <= 0 || space == merge.Length - 1 || merge.IndexOf(' ', space + 1) >= 0)
        {
            throw mergeFailure($"the merge {_merges.Count} is not two names with a space between them");
        }

        AddMerge(merge[..space], merge[(space + 1)..]);
    }

    /// <summary>Makes the tokenizer.</summary>
    public ITokenizer Build(SplitPattern pattern, IReadOnlyList<AddedToken> added, bool ignoresMerges)
    {
        string?[] names = vocabulary.Names(checks, added.Count);
        if (IsBytes(names, pattern, added))
        {
            return new ByteTokenizer(hasEndOfText: added.Count == 1);
        }

        var tokens = new byte[]?[names.Length];
        for (int id = 0; id < names.Length; id++)
        {
            if (names[id] is string name && !ByteToUnicode.TryGetBytes(name, out tokens[id]))
            {
                throw checks.Failure($"the token {id} is not written in the characters that stand for bytes");
            }
        }

        try
        {
            return new BytePairTokenizer(tokens, _merges, pattern, added, ignoresMerges);
        }
        catch (ArgumentException error)
        {
            throw checks.Failure(error.Message);
        }
    }

    private bool IsBytes(string?[] names, SplitPattern pattern, IReadOnlyList<AddedToken> added) =>
        _merges.Count == 0
        && pattern == SplitPattern.None
        && names.Length == 256
        && names.Index().All(entry => entry.Item == ByteToUnicode.Characters[entry.Index].ToString())
        && (added.Count == 0 || (added.Count == 1 && added[0] == new AddedToken(256, BytePairTokenizer.EndOfTextNames[0])));
}
