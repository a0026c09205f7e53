using NGpt.Core.Configuration;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>
/// What nGPT does to rotated queries and keys before their scale: one subclass for every
/// <see cref="QueryKeyNormalization"/>. The constant that goes with it, <see cref="ModelConfig.QueryKeyConstant"/>, is
/// part of the scale.
/// </summary>
public abstract class QueryKeyPolicy
{
    private QueryKeyPolicy()
    {
    }

    /// <summary>The policy for a kind of normalization.</summary>
    /// <param name="normalization">The kind.</param>
    /// <returns>The policy.</returns>
    public static QueryKeyPolicy Of(QueryKeyNormalization normalization) => normalization switch
    {
        QueryKeyNormalization.Exact => new UnitVectors(),
        QueryKeyNormalization.None => new AsTheyAre(),
        _ => throw new ArgumentOutOfRangeException(nameof(normalization), normalization, "unknown normalization"),
    };

    /// <summary>Applies the policy.</summary>
    /// <param name="heads">Turned queries or keys [B, T, H, D].</param>
    /// <returns>[B, T, H, D], to be multiplied with the scale; the caller disposes of it.</returns>
    public abstract Tensor Apply(Tensor heads);

    private sealed class UnitVectors : QueryKeyPolicy
    {
        public override Tensor Apply(Tensor heads) => Hypersphere.Normalize(heads);
    }

    private sealed class AsTheyAre : QueryKeyPolicy
    {
        public override Tensor Apply(Tensor heads)
        {
            ArgumentNullException.ThrowIfNull(heads);
            return heads.alias();
        }
    }
}
