using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>Where in their sequences the tokens of one forward pass stand: the same for every layer.</summary>
/// <param name="Position">Position of the first token of the pass: 0 without a cache.</param>
/// <param name="Turns">RoPE's turns of the positions, complex [T, 1, D/2].</param>
/// <param name="Cache">Keys and values of earlier tokens, or null for a pass over whole sequences.</param>
public sealed record SequenceContext(long Position, Tensor Turns, KeyValueCache? Cache)
{
    /// <summary>Which tokens see which, bool [B, 1, T, T], where that is not simply all earlier ones; else null.</summary>
    public Tensor? Visible { get; init; }
}
