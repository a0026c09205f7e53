using NGpt.Core.Evaluation;
using NGpt.Runtime.Evaluation;
using NGpt.Runtime.Models;
using NGpt.Runtime.Tests.Models;

namespace NGpt.Runtime.Tests.Evaluation;

/// <summary>Scores against the plain float64 model: sequences of all lengths, pieces, documents.</summary>
public sealed class RuntimeScorerTests
{
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData("nGPT", 512, null)]
    [InlineData("nGPT", 13, null)]
    [InlineData("nGPT", 13, 5)]
    [InlineData("GPT", 512, 5)]
    [InlineData("GPT", 3, 5)]
    [InlineData("GPT", 512, null)]
    public void Scores_are_those_of_the_plain_model(string variant, int batchTokens, int? documentStart)
    {
        TestModel test = Variants.Model(variant);
        // The longest is longer than the model was trained with; one scores all its tokens, one none.
        int[] lengths = [2, 31, 7, 19, 90, 5, 11, 3, 23, 9, 14];
        ReadOnlyMemory<int>[] sequences = [.. lengths.Select((length, i) => (ReadOnlyMemory<int>)Tokens(test, length, i))];
        Memory<TokenScore>[] scores = [.. lengths.Select((length, i) => (Memory<TokenScore>)new TokenScore[i == 3 ? 0 : i % 2 == 0 ? length - 1 : length / 2])];
        using RuntimeModel model = test.Load();
        using RuntimeScorer scorer = new(model, threads: 2, batchTokens);
        scorer.Score(sequences[..3], scores[..3], documentStart, TestContext.Current.CancellationToken);
        scorer.Score(sequences[3..], scores[3..], documentStart, TestContext.Current.CancellationToken);
        for (int i = 0; i < lengths.Length; i++)
        {
            Check(test, [.. sequences[i].Span], scores[i].Span, documentStart);
        }
    }

    [Fact]
    public void Wrong_calls_are_refused()
    {
        TestModel test = Variants.Model("GPT");
        using RuntimeModel model = test.Load();
        using RuntimeScorer scorer = new(model, threads: 1);
        Assert.Throws<ArgumentException>(() => Score([new[] { 1 }], [Memory<TokenScore>.Empty]));
        Assert.Throws<ArgumentException>(() => Score([new[] { 1, 2 }], [new TokenScore[2]]));
        Assert.Throws<ArgumentException>(() => Score([new[] { 1, 67 }], [new TokenScore[1]]));
        Assert.Throws<ArgumentException>(() => Score([new[] { 1, 2 }], []));
        Assert.Throws<OperationCanceledException>(() => scorer.Score([new[] { 1, 2 }], [new TokenScore[1]], cancellationToken: new CancellationToken(true)));
        Score([], []);

        void Score(ReadOnlyMemory<int>[] sequences, Memory<TokenScore>[] scores) =>
            scorer.Score(sequences, scores, cancellationToken: TestContext.Current.CancellationToken);
    }

    // Documents begin often.
    private static int[] Tokens(TestModel test, int length, int seed) => [.. test.Tokens(length, seed).Select(token => token % 6 == 0 ? 5 : token)];

    private static void Check(TestModel test, int[] tokens, ReadOnlySpan<TokenScore> scores, int? documentStart)
    {
        int[] first = new int[tokens.Length];
        for (int i = 1; i < tokens.Length; i++)
        {
            first[i] = tokens[i] == documentStart ? i : first[i - 1];
        }

        double[][] logits = new ReferenceModel(test).Forward(tokens, first).Logits;
        for (int i = 0; i < scores.Length; i++)
        {
            int place = tokens.Length - 1 - scores.Length + i;
            double expected = logits[place][tokens[place + 1]] - Math.Log(logits[place].Sum(Math.Exp));
            Assert.InRange(scores[i].LogProbability, expected - Tolerance, expected + Tolerance);
            Assert.Equal(logits[place].Max() == logits[place][tokens[place + 1]], scores[i].IsMostLikely);
        }
    }
}
