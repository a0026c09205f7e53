using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Evaluation;
using NGpt.Data.Preparation;
using NGpt.Torch.Evaluation;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using NGpt.Torch.Tests.Models;
using NGpt.Torch.Tests.Training;
using NGpt.Torch.Training;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Evaluation;

public sealed class LanguageModelScorerTests
{
    // Measured: 4e-7 to 1e-6 for both architectures.
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(Architecture.NGpt, 1, 1)]
    [InlineData(Architecture.NGpt, 29, 100)]
    [InlineData(Architecture.NGpt, 4096, 1 << 24)]
    [InlineData(Architecture.Gpt, 29, 100)]
    [InlineData(Architecture.Gpt, 4096, 1 << 24)]
    public void Batches_score_as_each_sequence_alone(Architecture architecture, int batchTokens, int logitsAtOnce)
    {
        using LanguageModel model = TestModels.Create(architecture);
        LanguageModelScorer scorer = new(model, batchTokens, logitsAtOnce);
        int[][] sequences = Sequences();
        TokenScore[][] scores = Score(scorer, sequences, wanted: sequence => sequence.Length - 1);
        int likely = 0;
        foreach ((int[] sequence, TokenScore[] found) in sequences.Zip(scores))
        {
            TokenScore[] expected = ScoreAlone(model, sequence);
            Assert.Equal(expected.Length, found.Length);
            for (int i = 0; i < found.Length; i++)
            {
                Assert.Equal(expected[i].LogProbability, found[i].LogProbability, Tolerance);
                Assert.Equal(expected[i].IsMostLikely, found[i].IsMostLikely);
                likely += found[i].IsMostLikely ? 1 : 0;
            }
        }

        // Sequences that continue with the most likely token are among them.
        Assert.InRange(likely, 5, scores.Sum(found => found.Length) - 5);
    }

    [Fact]
    public void Neither_order_nor_other_sequences_change_a_score()
    {
        using LanguageModel model = TestModels.Create(Architecture.NGpt);
        LanguageModelScorer scorer = new(model, 29);
        int[][] sequences = Sequences();
        TokenScore[][] scores = Score(scorer, sequences, sequence => sequence.Length - 1);
        int[] order = [.. Enumerable.Range(0, sequences.Length)];
        new Random(7).Shuffle(order);
        order = [.. order.Take(9)];
        TokenScore[][] shuffled = Score(scorer, [.. order.Select(i => sequences[i])], sequence => sequence.Length - 1);
        Assert.All(order.Zip(shuffled), pair => Assert.All(scores[pair.First].Zip(pair.Second), score => Assert.Equal(score.First.LogProbability, score.Second.LogProbability, Tolerance)));
    }

    [Fact]
    public void Only_the_last_tokens_are_scored_where_no_more_are_wanted()
    {
        using LanguageModel model = TestModels.Create(Architecture.Gpt);
        LanguageModelScorer scorer = new(model, 29);
        int[][] sequences = Sequences();
        TokenScore[][] all = Score(scorer, sequences, sequence => sequence.Length - 1);
        TokenScore[][] last = Score(scorer, sequences, sequence => sequence.Length / 2);
        Assert.All(all.Zip(last), pair =>
        {
            Assert.Equal(pair.First.Skip(pair.First.Length - pair.Second.Length).Select(score => score.IsMostLikely), pair.Second.Select(score => score.IsMostLikely));
            Assert.All(pair.First[^pair.Second.Length..].Zip(pair.Second), score => Assert.Equal(score.First.LogProbability, score.Second.LogProbability, Tolerance));
        });
    }

    [Theory]
    [InlineData(Architecture.NGpt, WindowPacking.Stream)]
    [InlineData(Architecture.NGpt, WindowPacking.Documents)]
    [InlineData(Architecture.Gpt, WindowPacking.Documents)]
    public void The_loss_is_that_of_the_evaluation_in_training(Architecture architecture, WindowPacking packing)
    {
        using TokenFolder folder = new();
        TokenShards shards = folder.Documents((13 * 11) + 1, seed: 3);
        using LanguageModel model = TestModels.Create(architecture);
        using ModuleTrainingEngine engine = new(model, new OptimizerSettings(0.9, 0.95, 1e-8, 0));
        (double loss, double bitsPerByte, long tokens, _) = new Evaluator(shards, [new DatasetPart("documents", 1, shards.Count, shards.Count)], TokenFolder.Tokenizer, 13, batchSize: 3, batchCount: 4, packing)
            .Evaluate(engine, stop: TestContext.Current.CancellationToken);
        PerplexityReport report = new PerplexityEvaluator(
            new LanguageModelScorer(model, 50), shards, TokenFolder.Tokenizer, new PerplexityOptions { Packing = packing }).Evaluate(progress: null, TestContext.Current.CancellationToken);
        Assert.Equal((tokens, 11), (report.Tokens, report.Windows));
        Assert.Equal(loss, report.Loss, 1e-6);
        Assert.Equal(bitsPerByte, report.BitsPerByte, 1e-6);
    }

    [Fact]
    public void Windows_longer_than_in_training_are_scored()
    {
        using LanguageModel model = TestModels.Create(Architecture.NGpt);
        int[] sequence = [.. Enumerable.Range(0, 40).Select(i => (i * 7) % 37)];
        TokenScore[] found = Score(new LanguageModelScorer(model), [sequence], _ => 39)[0];
        Assert.All(ScoreAlone(model, sequence).Zip(found), pair => Assert.Equal(pair.First.LogProbability, pair.Second.LogProbability, Tolerance));
    }

    [Fact]
    public void No_tensor_outlives_a_call()
    {
        using LanguageModel model = TestModels.Create(Architecture.NGpt);
        LanguageModelScorer scorer = new(model, 29, 100);
        int[][] sequences = Sequences();
        Score(scorer, sequences, sequence => sequence.Length - 1);
        long live = Tensor.TotalCount;
        Score(scorer, sequences, sequence => sequence.Length - 1);
        Assert.Equal(live, Tensor.TotalCount);
    }

    [Theory]
    [InlineData(1, 0, 3, "sequence 1 of 1 tokens has no 0 to score")]
    [InlineData(4, 4, 3, "sequence 1 of 4 tokens has no 4 to score")]
    [InlineData(4, 2, 37, "token 37 of sequence 1 is not in the vocabulary of 37")]
    [InlineData(4, 2, -1, "token -1 of sequence 1 is not in the vocabulary of 37")]
    public void Invalid_sequences_are_rejected(int length, int scores, int token, string problem)
    {
        using LanguageModel model = TestModels.Create(Architecture.NGpt);
        ArgumentException failure = Assert.Throws<ArgumentException>(() => new LanguageModelScorer(model).Score(
            [new int[] { 1, 2 }, Enumerable.Repeat(token, length).ToArray()], [new TokenScore[1], new TokenScore[scores]], cancellationToken: TestContext.Current.CancellationToken));
        Assert.StartsWith(problem, failure.Message);
    }

    [Fact]
    public void Scoring_can_be_stopped()
    {
        using LanguageModel model = TestModels.Create(Architecture.NGpt);
        Assert.Throws<OperationCanceledException>(() => new LanguageModelScorer(model).Score([new int[] { 1, 2 }], [new TokenScore[1]], cancellationToken: new(canceled: true)));
    }

    // Lengths 2 to 14, several of a kind, not in order; some end with the most likely tokens.
    private static int[][] Sequences()
    {
        Random random = new(11);
        int[][] sequences = [.. Enumerable.Range(0, 20).Select(i => Enumerable.Range(0, 2 + (i * 5 % 13)).Select(_ => random.Next(37)).ToArray())];
        using LanguageModel model = TestModels.Create(Architecture.NGpt);
        using LanguageModel baseline = TestModels.Create(Architecture.Gpt);
        for (int i = 0; i < 12; i++)
        {
            sequences[i][^1] = MostLikely(i % 2 == 0 ? model : baseline, sequences[i][..^1]);
        }

        return sequences;
    }

    private static int MostLikely(LanguageModel model, int[] tokens)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        return (int)Forward(model, tokens)[-1].argmax().item<long>();
    }

    private static TokenScore[][] Score(LanguageModelScorer scorer, int[][] sequences, Func<int[], int> wanted)
    {
        TokenScore[][] scores = [.. sequences.Select(sequence => new TokenScore[wanted(sequence)])];
        scorer.Score([.. sequences.Select(sequence => (ReadOnlyMemory<int>)sequence)], [.. scores.Select(room => room.AsMemory())], cancellationToken: TestContext.Current.CancellationToken);
        return scores;
    }

    // The plain way: one sequence, all logits, softmax in float64.
    private static TokenScore[] ScoreAlone(LanguageModel model, int[] sequence)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        double[] all = Forward(model, sequence[..^1]).to_type(ScalarType.Float64).log_softmax(1).flatten().data<double>().ToArray();
        int vocabulary = model.Config.VocabularySize;
        return [.. Enumerable.Range(0, sequence.Length - 1).Select(i =>
        {
            double[] row = all[(i * vocabulary)..((i + 1) * vocabulary)];
            return new TokenScore((float)row[sequence[i + 1]], row[sequence[i + 1]] == row.Max());
        })];
    }

    // [T, V].
    private static Tensor Forward(LanguageModel model, int[] tokens) =>
        model.forward(tensor([.. tokens.Select(token => (long)token)], [1, tokens.Length]))[0];
}
