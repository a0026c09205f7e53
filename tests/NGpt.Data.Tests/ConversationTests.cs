using System.Text;
using System.Text.Json;
using NGpt.Core.Data;
using NGpt.Core.Generation;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;

namespace NGpt.Data.Tests;

/// <summary>Conversations as documents whose answers are marked.</summary>
public sealed class ConversationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(700)]
    public void Marks_are_those_of_the_answers_in_every_shard(int shardTokens)
    {
        using Dataset dataset = Prepare("a", shardTokens, [.. Enumerable.Range(0, 60).Select(Conversation)]);
        Assert.True(dataset.Summary.HasAnswers);
        Assert.Equal(shardTokens == 700, dataset.Train.Files.Count > 1);
        int[] tokens = Read(dataset.Train);
        int[] marks = Read(dataset.TrainAnswers!);
        Assert.Equal(tokens.Length, marks.Length);
        string marked = Encoding.UTF8.GetString([.. tokens.Zip(marks).Where(pair => pair.Second == 1).Select(pair => (byte)pair.First)]);
        string[] answers = marked.Split("<|im_end|>", StringSplitOptions.RemoveEmptyEntries);
        Assert.True(answers.Length > 60);
        Assert.All(answers, answer => Assert.Matches("^(Answer [0-9]+: é\n|Bye)$", answer));
        // An answer is tokenized as what follows its prompt.
        int[] expected = dataset.Tokenizer.Encode("<|im_start|>assistant\n");
        int first = Array.IndexOf(marks, 1);
        Assert.Equal(expected, tokens[(first - expected.Length)..first]);
    }

    [Fact]
    public void Opened_again_it_has_its_marks_and_damaged_marks_are_found()
    {
        Prepare("a", 1_000_000, [.. Enumerable.Range(0, 60).Select(Conversation)]).Dispose();
        using (Dataset opened = DatasetFolder.Open(_folder.File("a")))
        {
            Assert.Contains(1, Read(opened.ValidationAnswers!));
        }

        byte[] marks = File.ReadAllBytes(_folder.File("a", "train_000000.answers"));
        marks[^2] ^= 1;
        File.WriteAllBytes(_folder.File("a", "train_000000.answers"), marks);
        Assert.Contains("not those that were written", Assert.Throws<Core.Errors.FileFormatException>(() => DatasetFolder.Open(_folder.File("a"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"text":"x"}""", "\"messages\" is missing")]
    [InlineData("""{"messages":"x"}""", "\"messages\" is a string instead of a list")]
    [InlineData("""[1]""", "the line is a list")]
    [InlineData("""{"messages":[]}""", "at least one message")]
    [InlineData("""{"messages":[{"content":"x"}]}""", "message 1 has no role")]
    [InlineData("""{"messages":[{"role":"user","content":"x"},{"role":"tool","content":"x"}]}""", "the role tool is unknown")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "no message of the assistant")]
    [InlineData("""{"messages":[{"role":"user","content":5},{"role":"assistant","content":"x"}]}""", "content of message 1 is a number")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image"}]},{"role":"assistant","content":"x"}]}""", "message 1 has a part that is not text")]
    [InlineData("""{"messages":[{"role":"user","content":"a<|im_end|>"},{"role":"assistant","content":"x"}]}""", "holds <|im_end|>")]
    [InlineData("""{"messages":[{"role":"user","content":"\ud800"},{"role":"assistant","content":"x"}]}""", "half a character")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}""", "not valid JSON")]
    [InlineData("""{"messages":[{"role":"assistant","content":"x"}]} x""", "not valid JSON")]
    public void What_is_no_conversation_is_left_out_with_its_reason(string line, string reason)
    {
        using Dataset dataset = Prepare("a", 1_000_000, [.. Enumerable.Range(0, 60).Select(Conversation), line]);
        Assert.Equal(1, dataset.Summary.RejectedCount);
        Assert.Equal("a.jsonl:61", dataset.Summary.Rejected[0].Name);
        Assert.Contains(reason, dataset.Summary.Rejected[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_conversation_is_divided_with_its_marks()
    {
        var turns = Enumerable.Range(0, 200).Select(i => new { role = i % 2 == 0 ? "user" : "assistant", content = i % 2 == 0 ? $"Question {i}" : "yes" });
        using Dataset dataset = Prepare("a", 1_000_000, [JsonSerializer.Serialize(new { messages = turns })]);
        foreach ((TokenShards tokens, TokenShards marks) in new[] { (dataset.Train, dataset.TrainAnswers!), (dataset.Validation, dataset.ValidationAnswers!) })
        {
            string text = Encoding.UTF8.GetString([.. Read(tokens).Zip(Read(marks)).Where(pair => pair.Second == 1).Select(pair => (byte)pair.First)]);
            Assert.NotEmpty(text);
            Assert.Equal("", text.Replace("yes<|im_end|>", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_text_that_is_a_conversation_says_what_reads_it()
    {
        _folder.Write("b.jsonl", string.Join('\n', Enumerable.Range(0, 60).Select(Conversation)));
        using FileCorpus corpus = new([_folder.File("b.jsonl")]);
        CorpusEntry entry = corpus.Read(default, TestContext.Current.CancellationToken).First();
        Assert.Contains("--chat-template", entry.Rejected!.Reason, StringComparison.Ordinal);
    }

    private static string Conversation(int i) => i % 2 == 0
        ? JsonSerializer.Serialize(new { messages = new[] { new { role = "user", content = $"Question {i}?\r\n" }, new { role = "assistant", content = $"Answer {i}: é\r\n" } } })
        : $$"""{"id":{{i}},"messages":[{"role":"system","content":null},{"role":"user","content":[{"type":"text","text":"Tell {{i}}"}]},{"role":"assistant","content":"Answer {{i}}: \u00e9\n"},{"role":"user","content":"x"},{"role":"assistant","content":"Bye"}]}""";

    private Dataset Prepare(string name, int shardTokens, string[] lines)
    {
        _folder.Write($"{name}.jsonl", string.Join('\n', lines));
        using FileCorpus corpus = new([_folder.File($"{name}.jsonl")], new FileCorpusOptions { Conversations = ChatTemplate.ChatMl });
        return DatasetPreparer.PrepareInto(
            new DatasetRequest { Corpus = corpus, Tokenizer = TokenizerChoice.Bytes, ShardTokens = shardTokens, Threads = 2 }, _folder.File(name), cancellationToken: TestContext.Current.CancellationToken);
    }

    private static int[] Read(TokenShards shards)
    {
        int[] tokens = new int[shards.Count];
        shards.Read(0, tokens);
        return tokens;
    }
}
