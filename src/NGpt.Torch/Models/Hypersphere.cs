using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>The two operations on the unit hypersphere that nGPT is made of (docs/method.md, section 2).</summary>
public static class Hypersphere
{
    /// <summary>Norm(x) = x / ‖x‖₂ along one axis. No gain, no mean, no epsilon: a zero vector gives NaN.</summary>
    /// <param name="x">Any shape, floating point.</param>
    /// <param name="axis">The axis whose vectors become unit vectors; the last by default.</param>
    /// <returns>A tensor of the same shape; the caller disposes of it.</returns>
    public static Tensor Normalize(Tensor x, long axis = -1)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Tensor length = linalg.vector_norm(x, 2, [axis], keepdim: true);
        return x / length;
    }

    /// <summary>
    /// The eigen-learning-rate update: a step from the hidden state towards the branch's output, along the sphere.
    /// n = Norm(h); h' = Norm(n + |α|∘(Norm(branch) − n)).
    /// </summary>
    /// <param name="h">Hidden state [B, T, C], already on the sphere.</param>
    /// <param name="branch">Output of attention or MLP [B, T, C].</param>
    /// <param name="alpha">Effective eigen learning rate [C]; its absolute value is used.</param>
    /// <returns>The new hidden state [B, T, C]; the caller disposes of it.</returns>
    public static Tensor Update(Tensor h, Tensor branch, Tensor alpha)
    {
        ArgumentNullException.ThrowIfNull(alpha);
        using IDisposable scope = NewDisposeScope();
        // The norm of h changes nothing in the forward pass, but in the first update it removes the radial part of
        // the gradient that reaches the token embedding along the residual path.
        Tensor n = Normalize(h);
        Tensor step = alpha.abs() * (Normalize(branch) - n);
        return Normalize(n + step).MoveToOuterDisposeScope();
    }
}
