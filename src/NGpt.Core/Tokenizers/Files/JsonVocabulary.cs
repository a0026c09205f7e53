using System.Text.Json;
using NGpt.Core.Tokenizers.BytePair;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>The names of tokens with their ids, as a foreign file gives them: ids are checked, and no name or id comes twice.</summary>
internal sealed class JsonVocabulary
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    /// <summary>Reads a JSON object of names and ids.</summary>
    public JsonVocabulary(JsonElement vocabulary, JsonChecks checks)
    {
        var used = new HashSet<int>();
        foreach (JsonProperty entry in vocabulary.EnumerateObject())
        {
            checks.Require(_ids.Count < BytePairTokenizer.MaxVocabularySize, $"the vocabulary has more than {BytePairTokenizer.MaxVocabularySize:N0} tokens");
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out int id))
            {
                throw checks.Failure("a token's id is not an integer");
            }

            if (id is < 0 or >= BytePairTokenizer.MaxVocabularySize)
            {
                throw checks.Failure($"the token id {id} is outside 0..{BytePairTokenizer.MaxVocabularySize - 1}");
            }

            if (!used.Add(id))
            {
                throw checks.Failure($"the token id {id} is given twice");
            }

            if (!_ids.TryAdd(entry.Name, id))
            {
                throw checks.Failure($"the token of id {id} is given twice");
            }
        }

        checks.Require(_ids.Count > 0, "the vocabulary is empty");
    }

    /// <summary>The id of a name.</summary>
    public int Id(string name) => _ids.GetValueOrDefault(name, -1);

    /// <summary>Takes a name out.</summary>
    public void Remove(string name) => _ids.Remove(name);

    /// <summary>The number of names.</summary>
    public int Count => _ids.Count;

    /// <summary>The names by id; null where an id has none.</summary>
    /// <param name="others">Tokens that have no name here.</param>
    /// <param name="size">The least number of ids.</param>
    /// <exception cref="ArgumentException">Far more ids than tokens.</exception>
    public string?[] Names(int others, int size = 0)
    {
        size = Math.Max(size, _ids.Count == 0 ? 0 : _ids.Values.Max() + 1);
        BytePairChecks.RequireFewGaps(size, _ids.Count + others);
        var names = new string?[size];
        foreach ((string name, int id) in _ids)
        {
            names[id] = name;
        }

        return names;
    }
}
