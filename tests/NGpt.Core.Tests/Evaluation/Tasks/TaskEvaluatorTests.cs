using System.Text;
using NGpt.Core.Errors;
using NGpt.Core.Evaluation;
using NGpt.Core.Evaluation.Tasks;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Evaluation.Tasks;

public sealed class TaskEvaluatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Accuracies_are_those_of_a_table_and_differ()
    {
        // "b": ln 0.1 in all and a character. "aaaa": 4 ln 0.5 = ln 0.0625, ln 0.5 a character. "ab": ln 0.05, ln 0.22.
        string[] lines =
        [
            Arc("b", ["b", "aaaa", "ab"]),      // acc
            Arc("aaaa", ["b", "aaaa", "ab"]),   // acc_norm
            Arc("aaaa", ["ab", "aaaa"]),        // both
            Arc("ab", ["b", "aaaa", "ab"]),     // neither
            Arc("aaaa", ["aaaaa", "aaaa"]),     // acc; a character they are equal: the first is taken
        ];
        TaskReport report = Evaluate(Bytes(), "arc-easy", lines);
        Assert.Equal((new Proportion(3, 5), new Proportion(2, 5)), (report.Accuracy, report.NormalizedAccuracy!.Value));
        Assert.Equal((0.6, Math.Sqrt(0.6 * 0.4 / 4)), (report.Accuracy.Value, report.Accuracy.StandardError!.Value));
        Assert.Equal(0.4, report.NormalizedAccuracy.Value.Value);
        Assert.Null(report.Perplexity);
        Assert.Equal((0, 0), (report.CutContexts, report.Unusable.Count));
        Assert.Null(new Proportion(1, 1).StandardError);
    }

    [Fact]
    public void The_length_of_an_answer_is_in_characters_and_not_in_tokens()
    {
        // In all and a character: éé -2.77, -1.39 (a byte -0.69); ab -3.00, -1.50; abcc -3.00, -0.75.
        TaskReport report = Evaluate(Bytes(), "arc-easy", [Arc("éé", ["éé", "ab"]), Arc("éé", ["éé", "abcc"]), Arc("éé", ["ab", "éé"])]);
        Assert.Equal((3, 2), (report.Accuracy.Hits, report.NormalizedAccuracy!.Value.Hits));
    }

    [Fact]
    public void Each_option_is_judged_by_what_follows_it()
    {
        // x is likely after A and unlikely after B.
        TableScorer scorer = new(256, 99, (seen, next) => new TokenScore(next != 'x' ? 0 : seen.Contains('A') ? -1 : -3, true));
        string[] lines = [.. new[] { 1, 2, 1 }.Select(answer => $$"""{"sentence":"so _ x","option1":"A","option2":"B","answer":"{{answer}}"}""")];
        TaskReport report = Evaluate(scorer, "winogrande", lines);
        Assert.Equal(new Proportion(2, 3), report.Accuracy);
        Assert.Null(report.NormalizedAccuracy);
    }

    [Fact]
    public void A_last_word_is_right_when_all_its_tokens_are_the_most_likely()
    {
        string[] lines = [.. new[] { "one aa", "two ab", "six b", "big a" }.Select(text => $$"""{"text":"{{text}}"}""")];
        TaskReport report = Evaluate(Bytes(), "lambada", lines);
        Assert.Equal(new Proportion(2, 4), report.Accuracy);
        // ln: aa 2 ln 0.5, ab ln 0.05, b ln 0.1, a ln 0.5.
        Assert.Equal(Math.Exp(-Math.Log(0.25 * 0.05 * 0.1 * 0.5) / 4), report.Perplexity!.Value, 1e-5);
        Assert.Null(report.NormalizedAccuracy);
    }

    [Fact]
    public void The_result_does_not_depend_on_the_size_of_a_call()
    {
        string[] lines = [.. Enumerable.Range(1, 50).Select(i => Arc("b", ["b", new string('a', 1 + (i % 7)), "ab"]))];
        List<EvaluationProgress> reports = [];
        TaskReport small = Evaluate(Bytes(batchTokens: 3), "arc-easy", lines, progress: new Listener(reports));
        TaskReport large = Evaluate(Bytes(batchTokens: 100_000), "arc-easy", lines);
        Assert.Equal((large.Accuracy, large.NormalizedAccuracy), (small.Accuracy, small.NormalizedAccuracy));
        Assert.InRange(large.Accuracy.Hits, 1, 49);
        Assert.Equal(Enumerable.Range(1, 50).Select(done => new EvaluationProgress("arc-easy", done, 50, "question")), reports);
    }

    [Fact]
    public void Contexts_are_cut_at_their_beginning_and_counted()
    {
        TableScorer scorer = Bytes(contextLength: 6);
        TaskReport report = Evaluate(scorer, "lambada", ["""{"text":"abcd ef"}""", """{"text":"abcde fg"}"""]);
        Assert.Equal(1, report.CutContexts);
        Assert.Equal(["abcd ef", "bcde fg"], scorer.Sequences.Select(Text));
        TaskReport partial = Evaluate(Bytes(contextLength: 20), "arc-easy", [Arc("b", ["b", "aaaaa"])]);
        Assert.Equal(1, partial.CutContexts);
    }

    [Fact]
    public void Spaces_between_context_and_continuation_belong_to_the_continuation()
    {
        TableScorer scorer = Bytes();
        EncodedTask task = Encode("hellaswag", ["""{"activity_label":"a","ctx_a":"b","ctx_b":"","endings":["c","[x] d"],"label":1}"""]);
        Assert.Equal([("a: b c", 2), ("a: b  d", 3)], task.Questions[0].Choices.Select(choice => (Text(choice.Tokens.ToArray()), choice.Scored)));
        EncodedTask lambada = Encode("lambada", ["""{"text":"the  end"}"""]);
        Assert.Equal((5, "the  end"), (lambada.Questions[0].Choices[0].Scored, Text(lambada.Questions[0].Choices[0].Tokens.ToArray())));
    }

    [Fact]
    public void A_continuation_that_the_tokenizer_joins_with_the_context_is_encoded_alone()
    {
        byte[][] tokens = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value }), [.. " t"u8], [.. "ab"u8]];
        BytePairTokenizer tokenizer = new(tokens, [new BytePairMerge(' ', 't', 256), new BytePairMerge('a', 'b', 257)], SplitPattern.Gpt4);
        // "x a" and "x ab" have three tokens each: the join swallows the b.
        EncodedChoice joined = EncodedTask.Encode(new TaskChoice("x a", "b"), tokenizer, 99);
        Assert.Equal(['x', ' ', 'a', 'b'], joined.Tokens.ToArray());
        Assert.Equal(1, joined.Scored);
        EncodedChoice apart = EncodedTask.Encode(new TaskChoice("x a", " t"), tokenizer, 99);
        Assert.Equal(['x', ' ', 'a', 256], apart.Tokens.ToArray());
        Assert.Equal(1, apart.Scored);
        Assert.Throws<UnusableRecordException>(() => EncodedTask.Encode(new TaskChoice("x a", ""), tokenizer, 99));
    }

    [Fact]
    public void A_few_records_that_cannot_be_used_are_named_and_many_are_refused()
    {
        string[] nine = [.. Enumerable.Repeat("""{"text":"one a"}""", 9)];
        TaskReport report = Evaluate(Bytes(), "lambada", ["{}", .. nine]);
        Assert.Equal([new UnusableRecord(1, "text is missing")], report.Unusable);
        Assert.Equal(9, report.Accuracy.Count);
        // One in nine, of which one only the model's vocabulary rejects.
        string[] bad = ["{}", "[]", """{"text":"one long-word-that-does-not-fit"}""", "x", .. nine];
        FileFormatException failure = Assert.Throws<FileFormatException>(() => EncodedTask.Create(Open("lambada", bad), new ByteTokenizer(), 20));
        Assert.Equal(
            $"{failure.Path}: 4 of 13 records are not in lambada's format: line 1: text is missing; line 2: it is not a JSON object; "
            + "line 3: a choice has 28 tokens, more than the 20 that the model sees in one context; and 1 more",
            failure.Message);
        Assert.EndsWith("the file has no records", Assert.Throws<FileFormatException>(() => Encode("lambada", [""])).Message);
    }

    [Fact]
    public void Text_that_the_vocabulary_cannot_write_makes_a_record_unusable()
    {
        CharacterTokenizer letters = new("abc ".EnumerateRunes());
        string[] lines = [.. Enumerable.Repeat("""{"text":"a b"}""", 9), """{"text":"a d"}"""];
        EncodedTask task = EncodedTask.Create(Open("lambada", lines), letters, 9);
        Assert.Equal((9, 10), (task.Questions.Count, Assert.Single(task.Unusable).Line));
    }

    [Fact]
    public void An_evaluation_can_be_stopped() => Assert.Throws<OperationCanceledException>(
        () => TaskEvaluator.Evaluate(Bytes(), Encode("lambada", ["""{"text":"a b"}"""]), stop: new(canceled: true)));

    // a: 1/2 and most likely; b: 1/10; each of é's two bytes 1/2; all else certain.
    private static TableScorer Bytes(int contextLength = 99, int batchTokens = 64)
    {
        byte[] accented = Encoding.UTF8.GetBytes("é");
        return new TableScorer(256, contextLength, (_, next) => new TokenScore(
            (float)Math.Log(next == 'a' || accented.Contains((byte)next) ? 0.5 : next == 'b' ? 0.1 : 1), next != 'b'))
        {
            BatchTokens = batchTokens,
        };
    }

    private static string Arc(string answer, string[] choices) =>
        $$$"""{"question":"q?","choices":{"text":[{{{string.Join(',', choices.Select(choice => $"\"{choice}\""))}}}],"label":[{{{string.Join(',', choices.Select((_, i) => $"\"{i}\""))}}}]},"answerKey":"{{{Array.IndexOf(choices, answer)}}}"}""";

    private static string Text(int[] tokens) => Encoding.UTF8.GetString([.. tokens.Select(token => (byte)token)]);

    private TaskReport Evaluate(TableScorer scorer, string name, string[] lines, IProgress<EvaluationProgress>? progress = null) =>
        TaskEvaluator.Evaluate(scorer, EncodedTask.Create(Open(name, lines), new ByteTokenizer(), scorer.ContextLength), progress);

    private EncodedTask Encode(string name, string[] lines) => EncodedTask.Create(Open(name, lines), new ByteTokenizer(), 99);

    private TaskSet Open(string name, string[] lines) => TaskSet.Open(new TaskFile(name, _folder.Write("task.jsonl", string.Join('\n', lines))));

    private sealed class Listener(List<EvaluationProgress> reports) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => reports.Add(value);
    }
}
