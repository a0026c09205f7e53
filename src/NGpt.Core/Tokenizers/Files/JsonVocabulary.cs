using System.Text.Json;

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

            Size = Math.Max(Size, id + 1);
        }

        checks.Require(_ids.Count > 0, "the vocabulary is empty");
    }

    /// <summary>The highest id plus one.</summary>
    public int Size { get; }

    /// <summary>The id of a name.</summary>
    public int Id(string name) => _ids.GetValueOrDefault(name, -1);

    /// <summary>Takes a name out.</summary>
    public void Remove(string name) => _ids.Remove(name);

    /// <summary>The names by id; null where an id has none, which is then one of the added tokens.</summary>
    public string?[] Names(JsonChecks checks, int added)
    {
        int length = _ids.Count == 0 ? 0 : _ids.Values.Max() + 1;
        if (length > _ids.Count + added)
        {
            // Before anything of that length is allocated.
            HashSet<int> used = [.. _ids.Values];
            throw checks.Failure($"no token has the id {Enumerable.Range(0, length).First(id => !used.Contains(id))}: ids must have no gaps");
        }

        var names = new string?[length];
        foreach ((string name, int id) in _ids)
        {
            names[id] = name;
        }

        return names;
    }
}
