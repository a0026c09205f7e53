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

    private const int BytesPerFloat = 4;

    // The operands of bf16 products are kept beside the float32 numbers that they were rounded from; attention keeps less.
    private const double Bf16Growth = 1.15;

    /// <summary>Estimates the peak resident size of a process that trains with the plain modules.</summary>
    /// <param name="model">The model's shape.</param>
    /// <param name="batchSize">B, sequences in one pass.</param>
    /// <param name="precision">Type of the matrix products.</param>
    /// <returns>The parts that add up to the peak.</returns>
    public static MemoryPlan PlainModules(ModelConfig model, int batchSize, Precision precision)
    {
        ArgumentNullException.ThrowIfNull(model);
        double weights = BytesPerFloat * (double)model.ParameterCount;
        double floats = BytesPerFloat * (double)batchSize * model.ContextLength;
        bool narrow = precision == Precision.Bf16;
        double layers = floats * FloatsPerTokenInLayers(model) * (narrow ? Bf16Growth : 1);
        double logits = floats * FloatsPerTokenInLogits(model) * (narrow ? Bf16Growth : 1);
        return new MemoryPlan(
        [
            new MemoryPart("program and libtorch", Process),
            new MemoryPart("weights", (long)weights),
            .. narrow ? [new MemoryPart("weights rounded to bf16", (long)(weights / 2))] : Array.Empty<MemoryPart>(),
            new MemoryPart("gradients", (long)weights),
            new MemoryPart("Adam's moments", (long)(2 * weights)),
            new MemoryPart("activations for the backward pass", (long)layers),
            new MemoryPart("logits and their gradients", (long)logits),
            // The few large blocks of logits leave gaps from the first step on, the many small ones later.
            new MemoryPart("gaps between logits", (long)((HeapGrowth - 1) * logits)),
            new MemoryPart("gaps between activations", (long)((HeapGrowth - 1) * layers), IsLate: true),
        ]);
    }

    // Tensors that the plain modules keep for the backward pass, in units of one token's vector.
    private static double FloatsPerTokenInLayers(ModelConfig model)
    {
        (double residual, double hidden) = model.Architecture == Architecture.NGpt ? (36, 7) : (21, 5);
        return model.LayerCount * ((residual * model.EmbeddingWidth) + (hidden * model.MlpWidth));
    }

    private static double FloatsPerTokenInLogits(ModelConfig model) => 5.0 * model.VocabularySize;
}
