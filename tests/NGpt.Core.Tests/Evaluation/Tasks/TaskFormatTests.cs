using System.Text;
using NGpt.Core.Errors;
using NGpt.Core.Evaluation.Tasks;

namespace NGpt.Core.Tests.Evaluation.Tasks;

public sealed class TaskFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("arc-easy", """{"id":"x","question":{"stem":"Why?","choices":[{"text":"So","label":"A"},{"text":"No one","label":"B"}]},"answerKey":"B"}""")]
    [InlineData("arc-challenge", """{"id":"x","question":"Why?","choices":{"text":["So","No one"],"label":["A","B"]},"answerKey":"B"}""")]
    [InlineData(null, """{"question":"Why?","choices":{"text":["So","No one"],"label":["1","2"]},"answerKey":"2"}""")]
    [InlineData(null, """{"question":{"stem":"Why?","choices":[{"text":"So","label":1},{"text":"No one","label":2}]},"answerKey":2}""")]
    public void Arc_in_both_forms_and_with_both_kinds_of_labels(string? name, string record)
    {
        TaskSet set = Read(name, record);
        Assert.Equal((name ?? "arc", TaskScoring.Choice), (set.Name, set.Scoring));
        Expect(set, 1, ("Question: Why?\nAnswer:", " So", 2), ("Question: Why?\nAnswer:", " No one", 6));
    }

    [Theory]
    [InlineData("\"2\"")]
    [InlineData("2")]
    public void HellaSwag_is_cleaned(string label)
    {
        string record = $$"""{"activity_label":"Ice [substeps]","ctx_a":"A man  stands. [header] Ice [title] Cut it.","ctx_b":"then The Man","endings":["  cuts","[step] sees  it","runs [title] off","𝄞é"],"label":{{label}},"ind":4}""";
        TaskSet set = Read(null, record);
        Assert.Equal(("hellaswag", TaskScoring.Choice), (set.Name, set.Scoring));
        // Removing what is in brackets leaves two spaces, which become one; a bracket at the beginning leaves one.
        const string context = "Ice : A man stands. Ice. Cut it. Then the man";
        Expect(set, 2, (context, " cuts", 4), (context, "  sees it", 8), (context, " runs. off", 9), (context, " 𝄞é", 2));
    }

    [Theory]
    [InlineData("\"1\"", 0)]
    [InlineData("\"2\"", 1)]
    [InlineData("2", 1)]
    public void WinoGrande_puts_options_into_the_gap_and_scores_what_follows(string answer, int expected)
    {
        TaskSet set = Read(null, $$"""{"sentence":"Ann helped Eve, so _  thanked her.","option1":"Ann","option2":"Eve","answer":{{answer}}}""");
        Assert.Equal(("winogrande", TaskScoring.PartialContext), (set.Name, set.Scoring));
        Expect(set, expected, ("Ann helped Eve, so Ann", " thanked her.", 12), ("Ann helped Eve, so Eve", " thanked her.", 12));
    }

    [Theory]
    [InlineData("He said it. The cat saw the dog, and it ran.", "it", 37, "The cat", "the dog", "He said it. The cat saw the dog, and the cat", "He said it. The cat saw the dog, and the dog", " ran.")]
    [InlineData("It rained. They left.", "They", 11, "The men", "A dog", "It rained. The men", "It rained. A dog", " left.")]
    [InlineData("Mark saw Pete, and his  hat fell.", "his", 19, "Mark", "Pete", "Mark saw Pete, and Mark's", "Mark saw Pete, and Pete's", " hat fell.")]
    [InlineData("He saw Zoë.  Her é.", "Her", 12, "My aunt", "Zoë", "He saw Zoë. My aunt's", "He saw Zoë. Zoë's", " é.")]
    public void Winograd_options_fit_their_place(string text, string pronoun, int place, string first, string second, string before1, string before2, string rest)
    {
        TaskSet set = Read(null, $$"""{"text":"{{text}}","pronoun":"{{pronoun}}","pronoun_loc":{{place}},"quote":"q","quote_loc":1,"options":["{{first}}","{{second}}"],"label":1,"source":"s"}""");
        Assert.Equal(("wsc273", TaskScoring.PartialContext), (set.Name, set.Scoring));
        Expect(set, 1, (before1, rest, rest.Length - 1), (before2, rest, rest.Length - 1));
    }

    [Fact]
    public void Lambada_asks_for_what_follows_the_last_space()
    {
        TaskSet set = Read(null, """{"text":"the  long way home","domain":"x"}""");
        Assert.Equal(("lambada", TaskScoring.LastWord), (set.Name, set.Scoring));
        Expect(set, 0, ("the  long way", " home", 4));
    }

    [Theory]
    [InlineData("arc-easy", """{"answerKey":"A"}""", "question is missing")]
    [InlineData("arc-easy", """{"question":{"stem":" ","choices":[]},"answerKey":"A"}""", "question.stem is empty")]
    [InlineData("arc-easy", """{"question":{"stem":"s","choices":[{"text":"x","label":"A"}]},"answerKey":"A"}""", "question.choices has 1 entries, not 2 to 100")]
    [InlineData("arc-easy", """{"question":{"stem":"s","choices":[{"text":"x","label":"A"},{"label":"B"}]},"answerKey":"A"}""", "question.choices[1].text is missing")]
    [InlineData("arc-easy", """{"question":"s","choices":{"text":["a","b"],"label":["A","B"]},"answerKey":"C"}""", "answerKey is \"C\", and 0 of the choices have that label")]
    [InlineData("arc-easy", """{"question":"s","choices":{"text":["a","b"],"label":["A","A"]},"answerKey":"A"}""", "answerKey is \"A\", and 2 of the choices have that label")]
    [InlineData("arc-easy", """{"question":"s","choices":{"text":["a","b","c"],"label":["A","B"]},"answerKey":"A"}""", "there are 3 choices and 2 labels")]
    [InlineData("hellaswag", """{"activity_label":"a","ctx_a":"x","ctx_b":"","endings":["a","b"],"label":2}""", "label is \"2\", not 0 to 1")]
    [InlineData("hellaswag", """{"activity_label":"a","ctx_a":"x","ctx_b":"","endings":["a","[b]"],"label":1}""", "endings[1] is empty")]
    [InlineData("hellaswag", """{"activity_label":"a","ctx_a":"x","ctx_b":"","endings":["a",7],"label":1}""", "endings[1] is not text")]
    [InlineData("hellaswag", """{"activity_label":"a","ctx_a":"x","ctx_b":"","endings":"ab","label":1}""", "endings is not a list")]
    [InlineData("hellaswag", """{"activity_label":"a","ctx_a":"x","ctx_b":"","endings":["a","b"],"label":""}""", "label is \"\", not 0 to 1")]
    [InlineData("winogrande", """{"sentence":"no gap","option1":"a","option2":"b","answer":"1"}""", "sentence has no _")]
    [InlineData("winogrande", """{"sentence":"a _ ","option1":"a","option2":"b","answer":"1"}""", "sentence has nothing after its _")]
    [InlineData("winogrande", """{"sentence":"a _ b","option1":"a","option2":"b","answer":""}""", "answer is \"\", not 1 or 2")]
    [InlineData("wsc273", """{"text":"a it b","pronoun":"it","pronoun_loc":1,"options":["a","b"],"label":1}""", "the pronoun \"it\" is not at place 1 of the text")]
    [InlineData("wsc273", """{"text":"a it b","pronoun":"it","pronoun_loc":77,"options":["a","b"],"label":1}""", "pronoun_loc is \"77\", not 0 to 5")]
    [InlineData("wsc273", """{"text":"a it b","pronoun":"it","pronoun_loc":2,"options":["a","b","c"],"label":1}""", "options has 3 entries, not 2")]
    [InlineData("lambada", """{"text":"word"}""", "text has no last word with others before it")]
    [InlineData("lambada", """{"text":"two words "}""", "text has no last word with others before it")]
    [InlineData("lambada", """{"text":null}""", "text is missing")]
    [InlineData("lambada", """{"text":"\ud800 a"}""", "text is not valid Unicode")]
    [InlineData("lambada", """{"text":"a b","text":"c d"}""", "it is not valid JSON")]
    [InlineData("lambada", """{"text":"a b","\ud800":1}""", "a name is not valid Unicode")]
    [InlineData("lambada", """["a b"]""", "it is not a JSON object")]
    [InlineData("lambada", """{"text":"a b""", "it is not valid JSON (byte")]
    [InlineData("lambada", """{"x":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]],"text":"a b"}""", "it is not valid JSON (byte")]
    public void What_is_wrong_with_a_record_is_said_with_its_line(string name, string record, string reason)
    {
        TaskSet set = Read(name, "\n" + record);
        Assert.Empty(set.Questions);
        UnusableRecord unusable = Assert.Single(set.Unusable);
        Assert.Equal(2, unusable.Line);
        Assert.StartsWith(reason, unusable.Reason);
    }

    [Fact]
    public void Lines_are_limited_and_the_next_one_is_read()
    {
        TaskSet set = Read("lambada", $$"""{"text":"{{new string('a', 1 << 20)}} b"}""" + "\n \t\r\n{\"text\":\"a b\"}\r\n");
        Assert.Equal([new UnusableRecord(1, "the line is longer than 1 MiB")], set.Unusable);
        Assert.Equal(3, Assert.Single(set.Questions).Line);
    }

    [Fact]
    public void The_limit_counts_questions()
    {
        string path = _folder.Write("t.jsonl", "\ufeff{\"text\":\"a b\"}\n{}\n{\"text\":\"c d\"}\n{\"text\":\"e f\"}");
        TaskSet set = TaskSet.Open(new TaskFile("lambada", path), limit: 2);
        Assert.Equal([1L, 3L], set.Questions.Select(question => question.Line));
    }

    [Theory]
    [InlineData("", "the file has no records")]
    [InlineData("{\"a\":1}", "no record tells which task it is; line 1: its fields are those of no known task")]
    [InlineData("text", "no record tells which task it is; line 1: it is not valid JSON (byte 2)")]
    public void A_file_that_does_not_tell_its_task_is_refused(string text, string problem)
    {
        FileFormatException failure = Assert.Throws<FileFormatException>(() => Read(null, text));
        Assert.Equal($"{failure.Path}: {problem}", failure.Message);
    }

    [Fact]
    public void Names_are_checked()
    {
        string path = _folder.Write("a=b.jsonl", "");
        Assert.Equal(new TaskFile(null, path), TaskFile.Parse(path));
        Assert.Equal(new TaskFile("arc-easy", path), TaskFile.Parse($"ARC-easy={path}"));
        Assert.Equal("unknown task arceasy: did you mean arc-easy?", Assert.Throws<UsageException>(() => TaskFile.Parse($"arceasy={path}")).Message);
        Assert.Equal("--task lambada=none: there is no file none", Assert.Throws<UsageException>(() => TaskFile.Parse("lambada=none")).Message);
    }

    private static void Expect(TaskSet set, int answer, params (string Context, string Continuation, int Characters)[] choices)
    {
        Assert.Empty(set.Unusable);
        TaskQuestion question = Assert.Single(set.Questions);
        Assert.Equal(answer, question.Answer);
        Assert.Equal(choices, question.Choices.Select(choice => (choice.Context, choice.Continuation, choice.Characters)));
    }

    private TaskSet Read(string? name, string lines) => TaskSet.Open(new TaskFile(name, _folder.Write("task.jsonl", Encoding.UTF8.GetBytes(lines))));
}
