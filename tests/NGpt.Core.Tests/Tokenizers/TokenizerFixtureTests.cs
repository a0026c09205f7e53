using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Tokenizers;

/// <summary>
/// Every component of <c>tokenizer.json</c> against ids and decoded text recorded from Hugging Face's library
/// (benchmarks/NGpt.TokenizerConformance --record writes them).
/// </summary>
public sealed class TokenizerFixtureTests : IDisposable
{
    private static readonly JsonNode Fixture = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "tokenizer-fixture.json")))!;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Cases => [.. Fixture["cases"]!.AsArray().Select(one => (string)one!["name"]!)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ids_and_texts_are_those_of_the_reference_also_after_saving(string name)
    {
        JsonNode one = Fixture["cases"]!.AsArray().Single(one => (string)one!["name"]! == name)!;
        string path = _folder.Write("tokenizer.json", Changed(Fixture["models"]![(string)one["model"]!]!, one["changes"]!).ToJsonString());
        BytePairTokenizer tokenizer = Assert.IsType<BytePairTokenizer>(TokenizerFile.Load(path));
        Check(tokenizer, one);
        TokenizerFile.Save(tokenizer, path);
        Check(Assert.IsType<BytePairTokenizer>(TokenizerFile.Load(path)), one);
    }

    private static void Check(BytePairTokenizer tokenizer, JsonNode one)
    {
        string[] texts = [.. Fixture["texts"]!.AsArray().Select(text => (string)text!)];
        for (int i = 0; i < texts.Length; i++)
        {
            ArrayBufferWriter<int> ids = new();
            tokenizer.Encode(Encoding.UTF8.GetBytes(texts[i]), ids, recognizesSpecialTokens: true);
            Assert.Equal($"{texts[i]}: {(string)one["ids"]![i]!}", $"{texts[i]}: {string.Join(' ', ids.WrittenSpan.ToArray())}");
            Assert.Equal((string)one["decoded"]![i]!, tokenizer.Decode(ids.WrittenSpan));
        }
    }

    private static JsonObject Changed(JsonNode model, JsonNode changes)
    {
        JsonObject changed = model.DeepClone().AsObject();
        foreach ((string name, JsonNode? value) in changes.AsObject())
        {
            if (value is JsonObject && name is "model" or "vocab")
            {
                changed[name] = Changed(changed[name]!, value!);
            }
            else if (value is null && name.StartsWith('<'))
            {
                changed.Remove(name);
            }
            else
            {
                changed[name] = value?.DeepClone();
            }
        }

        return changed;
    }
}
