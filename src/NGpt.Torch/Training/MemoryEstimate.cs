using NGpt.Core.Configuration;

namespace NGpt.Torch.Training;

/// <summary>
/// How much memory training takes, known before anything is allocated. The constants were fitted to measured peaks of
/// the plain modules on a CPU and lie a little above them.
/// </summary>
public static class MemoryEstimate
{
    // Freed blocks of other sizes stay in the heap between those in use. Runs of a thousand steps end with up to this
    // many times the memory of their tensors; short runs stay below it.
    private const double HeapGrowth = 1.7;

    // The runtime, libtorch's code and its thread stacks.
    private const long Process = 350L << 20;

    // Weight, gradient and two moments, float32 each.
    private const int BytesPerParameter = 16;

    /// <summary>Estimates the peak resident size of the training process.</summary>
    /// <param name="model">The model's shape.</param>
    /// <param name="batchSize">B, sequences in one pass.</param>
    /// <returns>Bytes.</returns>
    public static long TrainingPeak(ModelConfig model, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(model);
        double tokens = (double)batchSize * model.ContextLength;
        return (long)(Process + (BytesPerParameter * (double)model.ParameterCount) + (HeapGrowth * 4 * tokens * FloatsPerToken(model)));
    }

    // Tensors that the plain modules keep for the backward pass, in units of one token's vector.
    private static double FloatsPerToken(ModelConfig model)
    {
        (double residual, double hidden) = model.Architecture == Architecture.NGpt ? (36, 7) : (21, 5);
        double layers = model.LayerCount * ((residual * model.EmbeddingWidth) + (hidden * model.MlpWidth));
        return layers + (5.0 * model.VocabularySize);
    }
}
