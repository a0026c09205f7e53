using TorchSharp;
using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>Softmax attention in which a token sees itself and earlier tokens only.</summary>
public static class CausalAttention
{
    /// <summary>What every token sees where it sees no token before its own document.</summary>
    /// <param name="firstVisible">The first position that every token sees, at most its own, int64 [B, T].</param>
    /// <returns>bool [B, 1, T, T]; the caller disposes of it.</returns>
    public static Tensor VisibleFrom(Tensor firstVisible)
    {
        ArgumentNullException.ThrowIfNull(firstVisible);
        using IDisposable scope = NewDisposeScope();
        long length = firstVisible.shape[1];
        using Scalar end = length.ToScalar();
        Tensor positions = arange(end, dtype: ScalarType.Int64, device: firstVisible.device);
        Tensor past = positions.unsqueeze(0).le(positions.unsqueeze(1));                  // [T, T]: key at or before the query
        Tensor own = positions.reshape(1, 1, length).ge(firstVisible.unsqueeze(2));       // [B, T, T]: key within the query's document
        return own.logical_and(past).unsqueeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>softmax(scale · q kᵀ + causal mask) v, per head.</summary>
    /// <param name="q">Queries of the last T of S positions [B, H, T, D].</param>
    /// <param name="k">Keys of all S positions [B, H, S, D].</param>
    /// <param name="v">Values of all S positions [B, H, S, D].</param>
    /// <param name="scale">What q·k is multiplied with: √D for nGPT, 1/√D for the baseline.</param>
    /// <param name="types">Type of q, k, v and the result, and the type in which they are multiplied.</param>
    /// <param name="visible">Which query sees which key, bool [B, 1, T, S]; null for all keys up to the query's position.</param>
    /// <returns>[B, H, T, D]; the caller disposes of it.</returns>
    public static Tensor Attend(Tensor q, Tensor k, Tensor v, double scale, ModelTypes types, Tensor? visible = null)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(k);
        ArgumentNullException.ThrowIfNull(types);
        using IDisposable scope = NewDisposeScope();
        (long queries, long keys) = (q.shape[2], k.shape[2]);
        // The library's attention divides by √D and offers no other scale, so the rest of the scale goes into q.
        double rest = scale * Math.Sqrt(q.shape[3]);
        if (rest != 1)
        {
            using Scalar factor = rest.ToScalar();
            q *= factor;
        }

        (q, k, v) = (types.ToProduct(q), types.ToProduct(k), types.ToProduct(v));
        if (visible is null && queries == keys)
        {
            Tensor whole = nn.functional.scaled_dot_product_attention(q, k, v, is_casual: true);
            return types.FromProduct(whole).MoveToOuterDisposeScope();
        }

        // Query i stands at position keys - queries + i and sees the keys up to its own position.
        visible ??= ones(queries, keys, dtype: ScalarType.Bool, device: q.device).tril(keys - queries);
        Tensor attended = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask: visible);
        return types.FromProduct(attended).MoveToOuterDisposeScope();
    }
}
