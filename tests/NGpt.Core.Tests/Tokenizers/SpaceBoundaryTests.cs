using System.Text;
using System.Text.Json.Nodes;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Tokenizers;

/// <summary>Models that merge a whole text, which is cut beside spaces before: the same tokens as without cuts.</summary>
public sealed class SpaceBoundaryTests : IDisposable
{
    private static readonly string[] Characters = ["▁", "a", "b", "c", "é", "\u2582", "🙂"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Long_texts_have_the_tokens_of_merging_them_as_a_whole(bool fallsBack)
    {
        var random = new Random(1);
        for (int model = 0; model < 60; model++)
        {
            List<string> names = ["<unk>", .. Characters];
            if (fallsBack)
            {
                names.AddRange(Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"));
            }

            var merges = new List<(string Left, string Right)>();
            for (int i = 0; i < 5 + (model % 20); i++)
            {
                // Byte tokens too: in UTF-8 a space begins as other characters do.
                (string left, string right) = (names[random.Next(1, names.Count)], names[random.Next(1, names.Count)]);
                left = random.Next(4) > 0 ? names[random.Next(1, 8)] : left;
                right = random.Next(4) > 0 ? names[random.Next(1, 8)] : right;
                if (!names.Contains(left + right))
                {
                    names.Add(left + right);
                    merges.Add((left, right));
                }
            }

            ITokenizer tokenizer = Load(names, merges, fallsBack);
            for (int text = 0; text < 10; text++)
            {
                string characters = string.Concat(Enumerable.Range(0, random.Next(20, 150)).Select(_ => random.Next(12) switch { 0 => "z", < 4 => "▁", _ => Characters[random.Next(Characters.Length)] }));
                Assert.Equal(Reference(characters, names, merges, fallsBack), tokenizer.Encode(characters).Select(id => names[id]));
            }
        }
    }

    private static List<string> Reference(string text, List<string> names, List<(string Left, string Right)> merges, bool fallsBack)
    {
        List<string> tokens = [.. text.EnumerateRunes().Select(rune => rune.ToString()).SelectMany(character =>
            names.Contains(character) ? [character]
            : fallsBack ? Encoding.UTF8.GetBytes(character).Select(value => $"<0x{value:X2}>")
            : ["<unk>"])];
        while (true)
        {
            int merge = merges.FindIndex(merge => Place(merge) >= 0);
            if (merge < 0)
            {
                return tokens;
            }

            int place = Place(merges[merge]);
            tokens[place] += tokens[place + 1];
            tokens.RemoveAt(place + 1);
        }

        int Place((string Left, string Right) merge) => Enumerable.Range(0, tokens.Count - 1).Cast<int?>().FirstOrDefault(i => tokens[i!.Value] == merge.Left && tokens[i.Value + 1] == merge.Right) ?? -1;
    }

    private ITokenizer Load(List<string> names, List<(string Left, string Right)> merges, bool fallsBack)
    {
        var vocabulary = new JsonObject(names.Select((name, id) => KeyValuePair.Create(name, (JsonNode?)id)));
        var json = new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["unk_token"] = "<unk>",
                ["byte_fallback"] = fallsBack,
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. merges.Select(merge => new JsonArray(merge.Left, merge.Right))]),
            },
        };
        return TokenizerFile.Load(_folder.Write("tokenizer.json", Encoding.UTF8.GetBytes(json.ToJsonString())));
    }
}
