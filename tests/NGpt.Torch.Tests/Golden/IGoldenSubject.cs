using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Golden;

/// <summary>An implementation of the model that is held against a recording. Names are the recording's.</summary>
internal interface IGoldenSubject : IDisposable
{
    /// <summary>Logits [B, T, V].</summary>
    Tensor Forward(Tensor tokens);

    Tensor Parameter(string name);

    Tensor Gradient(string name);

    /// <summary>Forward and backward pass from gradients of zero.</summary>
    /// <returns>The mean loss.</returns>
    double ComputeGradients(Tensor inputs, Tensor targets);

    /// <summary>Clips, updates and normalizes.</summary>
    /// <returns>The gradient norm before clipping.</returns>
    double Step(int step);
}
