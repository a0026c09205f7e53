using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Core.Evaluation;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Evaluation;

public sealed class PerplexityEvaluatorTests
{
    private static readonly CharacterTokenizer Letters = new("abcé".EnumerateRunes(), hasEndOfText: true);

    private static int End => Letters.EndOfText!.Value;

    [Fact]
    public void Figures_are_those_of_a_table_of_pairs()
    {
        // After an a: b with 1/2, all others 1/8; after anything else: 1/5 each.
        TableScorer scorer = TableScorer.OfPairs(5, 3, (before, next) => before == 0 ? next == 1 ? 0.5 : 0.125 : 0.2);
        int[] tokens = [End, .. Letters.Encode("abaéab"), End];
        PerplexityReport report = Evaluate(scorer, tokens, new());
        // a b a | é a b | end: from end, a, b | a, é, a | b.
        double[][] windows = [[5, 2, 5], [8, 5, 2], [5]];
        double total = windows.Sum(window => window.Sum(Math.Log));
        Assert.Equal((7, 7, 3, 3, 3), (report.Tokens, report.Bytes, report.Windows, report.ContextLength, report.Stride));
        Assert.Equal(total / 7, report.Loss, 1e-6);
        Assert.Equal(Math.Exp(total / 7), report.Perplexity, 1e-5);
        Assert.Equal(total / 7 / Math.Log(2), report.BitsPerByte, 1e-6);
        double[] deviations = [.. windows.Select(window => window.Sum(Math.Log) - (window.Length * total / 7))];
        Assert.Equal(Math.Sqrt(deviations.Sum(x => x * x) * 3 / 2) / 7, report.StandardError!.Value, 1e-6);
    }

    [Fact]
    public void The_standard_error_of_equal_windows_is_their_deviation_over_the_root_of_their_number()
    {
        double[] losses = [1, 2, 4, 5];
        TableScorer scorer = new(5, 2, (seen, _) => new TokenScore(-(float)losses[seen[0]], false));
        // Every window of two sees its first token: 0, 1, 2, 3.
        PerplexityReport report = Evaluate(scorer, [0, 0, 1, 1, 2, 2, 3, 3, 3], new());
        double deviation = Math.Sqrt(losses.Sum(loss => Math.Pow(loss - 3, 2)) / 3);
        Assert.Equal(3, report.Loss, 1e-9);
        Assert.Equal(deviation / 2, report.StandardError!.Value, 1e-9);
        Assert.Null(Evaluate(scorer, [0, 0, 1], new()).StandardError);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(6, null, null)]
    [InlineData(8, 3, null)]
    [InlineData(8, 1, 17)]
    [InlineData(40, 40, 1)]
    public void Losses_stand_at_the_number_of_tokens_seen(int? length, int? stride, int? maxTokens)
    {
        TableScorer scorer = new(5, 5, (seen, _) => new TokenScore(-seen.Length, false));
        PerplexityReport report = Evaluate(scorer, new int[23], new() { ContextLength = length, Stride = stride, MaxTokens = maxTokens });
        (int window, int step, int count) = (length ?? 5, stride ?? length ?? 5, maxTokens ?? 22);
        // Token k of the text is the first window's k-th, or has its place in the window that it was new in.
        int[] seen = [.. Enumerable.Range(1, count).Select(k => k <= window ? k : window - step + ((k - window - 1) % step) + 1)];
        Assert.Equal(count, report.Tokens);
        Assert.Equal(Math.Min(window, count), report.ContextLength);
        Assert.Equal(seen.Average(), report.Loss, 1e-9);
        Assert.Equal(seen.Length, report.Positions.Sum(position => position.Tokens));
        Assert.All(report.Positions, position =>
        {
            int[] inside = [.. seen.Where(s => s >= position.First && s <= position.Last)];
            Assert.Equal((inside.Length, inside.Average()), (position.Tokens, position.Loss));
        });
    }

    [Fact]
    public void Documents_kept_apart_see_nothing_of_each_other()
    {
        int[] tokens = [0, 1, End, 2, End, End, 0, 1, 2, 0];
        Assert.Equal([1, 2, 1, 2, 1, 1, 2, 3, 4], Seen(tokens, new() { Packing = WindowPacking.Documents }));
        // The second window begins with the third token, inside the first document, and its new tokens are the 6th and 7th.
        Assert.Equal([1, 2, 3, 1, 1, 2], Seen([0, 1, 2, End, End, 1, 2], new() { Packing = WindowPacking.Documents, ContextLength = 4, Stride = 2 }));
        Assert.Equal([1, 2, 3, 4, 3, 4], Seen([0, 1, 2, End, End, 1, 2], new() { ContextLength = 4, Stride = 2 }));

        int[] Seen(int[] text, PerplexityOptions options)
        {
            List<int> asked = [];
            TableScorer scorer = new(5, 9, (seen, _) =>
            {
                asked.Add(seen.Length);
                return new TokenScore(-seen.Length, false);
            });
            PerplexityReport report = Evaluate(scorer, text, options);
            Assert.Equal(asked.Average(), report.Loss, 1e-9);
            // What the model was given is what the loss is shown at.
            Assert.All(report.Positions, position => Assert.Equal(asked.Count(seen => seen >= position.First && seen <= position.Last), position.Tokens));
            return [.. asked];
        }
    }

    [Fact]
    public void Bytes_are_those_of_the_predicted_tokens() =>
        Assert.Equal(2 + 1 + 0, Evaluate(TableScorer.OfPairs(5, 7, (_, _) => 0.2), [3, 3, 0, End], new()).Bytes);

    [Theory]
    [InlineData(0, null, null, "--context-length 0 is outside 1 to 1048576")]
    [InlineData(null, 8, null, "--stride 8 is above the context length 7: tokens between two windows would be left out")]
    [InlineData(4, 5, null, "--stride 5 is above the context length 4: tokens between two windows would be left out")]
    [InlineData(null, 0, 0, "--stride 0 is below 1; --max-tokens 0 is below 1")]
    public void Impossible_options_are_refused_together(int? length, int? stride, int? maxTokens, string problem)
    {
        PerplexityOptions options = new() { ContextLength = length, Stride = stride, MaxTokens = maxTokens };
        Assert.Equal(problem, Assert.Throws<UsageException>(() => Evaluate(TableScorer.OfPairs(5, 7, (_, _) => 0.2), [0, 1], options)).Message);
    }

    [Fact]
    public void Data_that_cannot_be_measured_are_refused()
    {
        TableScorer scorer = TableScorer.OfPairs(5, 7, (_, _) => 0.2);
        Assert.Equal("the text has a single token: there is nothing to predict", Assert.Throws<UsageException>(() => Evaluate(scorer, [1], new())).Message);
        Assert.Equal("token 5 at position 2 of the text is not in the vocabulary of 5", Assert.Throws<NGptException>(() => Evaluate(scorer, [0, 1, 5], new())).Message);
        PerplexityOptions apart = new() { Packing = WindowPacking.Documents };
        Assert.StartsWith(
            "--packing documents needs a token between documents",
            Assert.Throws<UsageException>(() => new PerplexityEvaluator(scorer, new TokenMemory(new int[] { 0, 1 }), new ByteTokenizer(), apart)).Message);
        Assert.Throws<OperationCanceledException>(() => new PerplexityEvaluator(scorer, new TokenMemory(new int[9]), Letters, new()).Evaluate(stop: new(canceled: true)));
    }

    private static PerplexityReport Evaluate(TableScorer scorer, int[] tokens, PerplexityOptions options) =>
        new PerplexityEvaluator(scorer, new TokenMemory(tokens), Letters, options).Evaluate();
}
