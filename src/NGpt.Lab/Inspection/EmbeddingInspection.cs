using NGpt.Core.Numerics;
using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>Measurements of an embedding matrix.</summary>
/// <param name="Norms">L2 norm of every row.</param>
/// <param name="Eigenvalues">Eigenvalues of the covariance of the rows, largest first.</param>
/// <param name="Condition">Condition number of the matrix.</param>
/// <param name="Cosines">Cosine similarities of pairs of rows.</param>
internal sealed record EmbeddingInspection(double[] Norms, double[] Eigenvalues, double Condition, CosineSample Cosines)
{
    /// <summary>Measures a matrix.</summary>
    public static EmbeddingInspection Of(Tensor embeddings, long seed, CancellationToken stop = default) => new(
        NormsOf(embeddings),
        MatrixSpectrum.CovarianceEigenvalues(embeddings, stop),
        MatrixSpectrum.Condition(MatrixSpectrum.SingularValues(embeddings, stop)),
        CosineSample.Of(embeddings, seed, stop: stop));

    // In float64.
    internal static double[] NormsOf(Tensor embeddings)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        return TensorConversion.ToArray(linalg.vector_norm(embeddings.to_type(ScalarType.Float64), 2, [1], keepdim: false));
    }
}

/// <summary>Cosine similarities of pairs of embeddings: all pairs of a small vocabulary, random pairs of a large one.</summary>
/// <param name="Cosines">The similarities, −1 to 1.</param>
/// <param name="IsComplete">Whether they are of all pairs of different tokens.</param>
internal sealed record CosineSample(double[] Cosines, bool IsComplete)
{
    /// <summary>Maximum number of pairs; of more pairs, this many are sampled.</summary>
    public const int MaxPairs = 1 << 20;

    private const int PairsPerBatch = 1 << 14;

    /// <summary>
    /// Computes the similarities of rows of a matrix [V, C] in float64. The same seed samples the same pairs from any matrix
    /// with as many rows. Pairs with a row of zeros, which has no direction, are excluded.
    /// </summary>
    public static CosineSample Of(Tensor embeddings, long seed, int maxPairs = MaxPairs, CancellationToken stop = default)
    {
        long count = embeddings.shape[0];
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2, nameof(embeddings));
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        long all = count * (count - 1) / 2;
        IEnumerable<(long, long)> pairs = all <= maxPairs
            ? AllPairs(count)
            : RandomPairs(count, maxPairs, new SplitMix64((ulong)seed));
        List<double> cosines = new((int)Math.Min(all, maxPairs));
        foreach ((long First, long Second)[] part in pairs.Chunk(PairsPerBatch))
        {
            stop.ThrowIfCancellationRequested();
            using IDisposable step = NewDisposeScope();
            Tensor a = Directions(embeddings, part.Select(pair => pair.First));
            Tensor b = Directions(embeddings, part.Select(pair => pair.Second));
            // Rounding may exceed the range by a few 1e-16.
            cosines.AddRange(TensorConversion.ToArray((a * b).sum(1)).Where(double.IsFinite).Select(value => Math.Clamp(value, -1, 1)));
        }

        return new CosineSample([.. cosines], all <= maxPairs);
    }

    private static Tensor Directions(Tensor embeddings, IEnumerable<long> rows)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor chosen = embeddings.index_select(0, tensor(rows.ToArray())).to_type(ScalarType.Float64);
        return (chosen / linalg.vector_norm(chosen, 2, [1], keepdim: true)).MoveToOuterDisposeScope();
    }

    private static IEnumerable<(long First, long Second)> AllPairs(long count)
    {
        for (long first = 0; first < count; first++)
        {
            for (long second = first + 1; second < count; second++)
            {
                yield return (first, second);
            }
        }
    }

    private static IEnumerable<(long First, long Second)> RandomPairs(long count, int pairs, SplitMix64 random)
    {
        for (int drawn = 0; drawn < pairs; drawn++)
        {
            long first = random.NextBelow(count);
            // One of the others, with equal probability.
            long second = random.NextBelow(count - 1);
            yield return (first, second >= first ? second + 1 : second);
        }
    }
}
