using System.Runtime.InteropServices;
using NGpt.Core.Evaluation;
using NGpt.Core.Sampling;
using NGpt.Runtime.Evaluation;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;
using NGpt.Torch.Evaluation;
using static TorchSharp.torch;

namespace NGpt.Parity.Tests;

/// <summary>What was trained is what runs: logits, texts and scores of a checkpoint by libtorch's modules and by the runtime.</summary>
public sealed class ParityTests
{
    private const string Sizes = "layers=3 heads=3 embedding-width=42 mlp-width=101 context-length=70";

    public static TheoryData<string> Models { get; } =
    [
        $"arch=ngpt {Sizes}",
        $"arch=gpt {Sizes}",
        $"arch=gpt rope-theta=77 {Sizes}",
        $"arch=ngpt qk-norm=none {Sizes}",
        $"arch=ngpt alpha-shape=scalar sqk-shape=scalar su-shape=scalar sv-shape=scalar sz-shape=scalar {Sizes}",
        $"arch=ngpt parametrization=nugpt base-width=7 base-layers=1 base-tokens=999 {Sizes}",
    ];

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_texts_and_scores_are_equal(string options)
    {
        using SavedCheckpoint checkpoint = SavedCheckpoint.Create(options);
        using RuntimeModel model = RuntimeModel.Load(checkpoint.Path);
        Random random = new(2);
        int[] tokens = [.. Enumerable.Range(0, 70).Select(_ => random.Next(model.Config.VocabularySize))];
        CompareLogits(checkpoint, model, tokens);
        CompareTexts(checkpoint, model, tokens);
        CompareScores(checkpoint, model, tokens);
    }

    private static void CompareLogits(SavedCheckpoint checkpoint, RuntimeModel model, int[] tokens)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor expected = checkpoint.Model.forward(tensor(tokens, [1, tokens.Length], dtype: ScalarType.Int64)).contiguous();
        ReadOnlySpan<float> all = MemoryMarshal.Cast<byte, float>(expected.bytes);
        float largest = 0;
        foreach (float value in all)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        using InferenceContext context = model.CreateContext(new ContextOptions { Threads = 2 });
        context.Run([new SequenceStep(0, tokens, LogitRows.All)]);
        for (int t = 0; t < tokens.Length; t++)
        {
            ReadOnlySpan<float> actual = context.Logits(0, t);
            for (int i = 0; i < actual.Length; i++)
            {
                Assert.InRange(Math.Abs(actual[i] - all[(t * actual.Length) + i]) / largest, 0, 1e-5);
            }
        }
    }

    private static void CompareTexts(SavedCheckpoint checkpoint, RuntimeModel model, int[] tokens)
    {
        string prompt = string.Concat(tokens.Take(11).Select(token => System.Text.Encoding.UTF8.GetString(checkpoint.Tokenizer.TokenBytes(token))));
        using Torch.Generation.TextGenerator expected = new(checkpoint.Model, checkpoint.Tokenizer);
        using Runtime.Generation.TextGenerator actual = new(model, new ContextOptions { Threads = 2 });
        // Longer than the context: both forget the older half.
        SamplingOptions greedy = new() { Temperature = 0, MaxTokens = 90 };
        CancellationToken stop = TestContext.Current.CancellationToken;
        Assert.Equal(expected.Generate(prompt, greedy, stop: stop).Text, actual.Generate(prompt, greedy, stop: stop).Text);
    }

    private static void CompareScores(SavedCheckpoint checkpoint, RuntimeModel model, int[] tokens)
    {
        ReadOnlyMemory<int>[] sequences = [tokens, tokens.AsMemory(5, 33), tokens.AsMemory(8, 2)];
        Memory<TokenScore>[] expected = [new TokenScore[40], new TokenScore[32], new TokenScore[1]];
        Memory<TokenScore>[] actual = [new TokenScore[40], new TokenScore[32], new TokenScore[1]];
        using RuntimeScorer scorer = new(model, threads: 2, batchTokens: 24);
        new LanguageModelScorer(checkpoint.Model).Score(sequences, expected, documentStart: tokens[20], TestContext.Current.CancellationToken);
        scorer.Score(sequences, actual, documentStart: tokens[20], TestContext.Current.CancellationToken);
        for (int i = 0; i < expected.Length; i++)
        {
            for (int j = 0; j < expected[i].Length; j++)
            {
                Assert.Equal(expected[i].Span[j].LogProbability, actual[i].Span[j].LogProbability, 1e-4f);
                Assert.Equal(expected[i].Span[j].IsMostLikely, actual[i].Span[j].IsMostLikely);
            }
        }
    }
}
