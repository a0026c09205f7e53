using NGpt.Torch.Training;

namespace NGpt.Torch.Engine;

/// <summary>What tests and reports may see of the engine besides its training.</summary>
internal interface IInspectableEngine : ITrainingEngine
{
    /// <summary>All memory, region by region.</summary>
    ArenaPlan Plan { get; }

    /// <summary>Logits of a batch.</summary>
    /// <param name="batch">At most B windows.</param>
    /// <returns>[B, T, V].</returns>
    float[] Logits(TokenBatch batch);

    /// <summary>Reads one parameter's gradient.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="target">Receives the numbers.</param>
    void ReadGradient(string name, Span<float> target);
}
