using NGpt.Core.Errors;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>Merges by the names of their tokens, checked one by one.</summary>
/// <param name="vocabulary">The names.</param>
/// <param name="prefix">What names that do not begin a word have before them; left out where two names are put together.</param>
/// <param name="failure">The failure of the file that the merges are in.</param>
internal sealed class MergeList(JsonVocabulary vocabulary, string prefix, Func<string, FileFormatException> failure)
{
    private const int MaxMerges = 2_000_000;

    private readonly List<BytePairMerge> _merges = [];

    /// <summary>Adds the next merge.</summary>
    public void Add(string left, string right)
    {
        if (_merges.Count == MaxMerges)
        {
            throw failure($"there are more than {MaxMerges:N0} merges");
        }

        string rest = prefix.Length > 0 && right.StartsWith(prefix, StringComparison.Ordinal) ? right[prefix.Length..] : right;
        var merge = new BytePairMerge(vocabulary.Id(left), vocabulary.Id(right), vocabulary.Id(left + rest));
        if (merge.Left < 0 || merge.Right < 0 || merge.Result < 0)
        {
            throw failure($"the merge {_merges.Count} names a token that is not in the vocabulary");
        }

        _merges.Add(merge);
    }

    /// <summary>Adds the next merge.</summary>
    public void Add(string merge)
    {
        int space = merge.IndexOf(' ', StringComparison.Ordinal);
        if (space <= 0 || space == merge.Length - 1 || merge.IndexOf(' ', space + 1) >= 0)
        {
            throw failure($"the merge {_merges.Count} is not two names with a space between them");
        }

        Add(merge[..space], merge[(space + 1)..]);
    }

    /// <summary>The merges in their order.</summary>
    public BytePairMerge[] ToArray() => [.. _merges];
}
