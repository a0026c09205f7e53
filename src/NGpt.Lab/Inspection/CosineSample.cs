using NGpt.Core.Numerics;
using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>Cosine similarities of pairs of embeddings: all pairs of a small vocabulary, random pairs of a large one.</summary>
/// <param name="Cosines">The similarities, −1 to 1.</param>
/// <param name="IsComplete">Whether they are those of all pairs of different tokens.</param>
public sealed record CosineSample(double[] Cosines, bool IsComplete)
{
    /// <summary>Most pairs that are computed; where there are more, as many are drawn.</summary>
    public const int MaxPairs = 1 << 20;

    private const int PairsPerPass = 1 << 14;

    /// <summary>Computes the similarities in float64. The same seed draws the same pairs from any matrix with as many rows.</summary>
    /// <param name="embeddings">One row a token [V, C], V at least 2. Pairs with a row of zeros, which has no direction, are left out.</param>
    /// <param name="seed">Chooses the pairs where not all are computed.</param>
    /// <param name="maxPairs">Most pairs that are computed.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>The similarities.</returns>
    public static CosineSample Of(Tensor embeddings, long seed, int maxPairs = MaxPairs, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        long count = embeddings.shape[0];
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2, nameof(embeddings));
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        long all = count * (count - 1) / 2;
        IEnumerable<(long, long)> pairs = all <= maxPairs
            ? AllPairs(count)
            : RandomPairs(count, maxPairs, new SplitMix64((ulong)seed));
        List<double> cosines = new((int)Math.Min(all, maxPairs));
        foreach ((long First, long Second)[] part in pairs.Chunk(PairsPerPass))
        {
            stop.ThrowIfCancellationRequested();
            using IDisposable step = NewDisposeScope();
            Tensor a = Directions(embeddings, part.Select(pair => pair.First));
            Tensor b = Directions(embeddings, part.Select(pair => pair.Second));
            // Rounding may lead out of the range by a few 1e-16.
            cosines.AddRange(TensorValues.ToArray((a * b).sum(1)).Where(double.IsFinite).Select(value => Math.Clamp(value, -1, 1)));
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
            // One of the others, each as likely.
            long second = random.NextBelow(count - 1);
            yield return (first, second >= first ? second + 1 : second);
        }
    }
}
