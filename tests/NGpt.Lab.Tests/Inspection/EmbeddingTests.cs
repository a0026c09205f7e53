using NGpt.Lab.Inspection;
using static TorchSharp.torch;

namespace NGpt.Lab.Tests.Inspection;

public sealed class EmbeddingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Norms_are_those_of_the_rows()
    {
        using Tensor embeddings = tensor(new float[] { 3, 4, 0, 1, 2, 2, 0, 0, 0.5f, 0, 0, 0 }, [4, 3]);
        Assert.Equal([5, 3, 0.5, 0], EmbeddingInspection.NormsOf(embeddings));
    }

    [Fact]
    public void All_pairs_of_a_small_vocabulary_are_compared()
    {
        // Angles of 0, 90, 180 and 60 degrees; lengths must not matter, and the row of zeros has no direction.
        using Tensor embeddings = tensor([2, 0, 0, 7, -3, 0, 1, Math.Sqrt(3), 0, 0], [5, 2]);
        CosineSample sample = CosineSample.Of(embeddings, seed: 1, stop: Stop);
        Assert.True(sample.IsComplete);
        double[] expected = [0, -1, 0.5, 0, Math.Sqrt(3) / 2, -0.5];
        Assert.Equal(expected.Length, sample.Cosines.Length);
        Assert.All(Enumerable.Range(0, 6), i => Assert.Equal(expected[i], sample.Cosines[i], 1e-15));
    }

    [Fact]
    public void Of_a_large_vocabulary_pairs_of_different_tokens_are_sampled_uniformly()
    {
        using IDisposable scope = NewDisposeScope();
        // One group of 30 tokens points one way and one of 10 the other: of all pairs 480 of 780 agree.
        Tensor embeddings = cat([ones(30, 3), -2 * ones(10, 3)], 0);
        CosineSample sample = CosineSample.Of(embeddings, seed: 4, maxPairs: 779, Stop);
        Assert.False(sample.IsComplete);
        Assert.Equal(779, sample.Cosines.Length);
        Assert.Equal(480.0 / 780, sample.Cosines.Count(cosine => cosine > 0) / 779.0, 0.06);
        Assert.Equal(sample.Cosines, CosineSample.Of(embeddings, seed: 4, maxPairs: 779, Stop).Cosines);
        Assert.NotEqual(sample.Cosines, CosineSample.Of(embeddings, seed: 5, maxPairs: 779, Stop).Cosines);
        // A token is not compared with itself.
        Assert.All(CosineSample.Of(eye(60), seed: 1, maxPairs: 1000, Stop).Cosines, cosine => Assert.Equal(0, cosine));
    }
}
