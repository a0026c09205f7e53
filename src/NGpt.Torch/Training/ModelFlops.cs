using System.Diagnostics;
using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>Floating-point operations of a model and of the device, for the model FLOPs utilization (MFU).</summary>
public static class ModelFlops
{
    /// <summary>
    /// Floating-point operations per token of a forward and backward pass: 6 for each parameter of a matrix product, and
    /// 6·T·C per layer for causal attention (half of the full square).
    /// </summary>
    /// <param name="model">The model's shape.</param>
    /// <returns>Operations per token.</returns>
    public static double TrainingFlopsPerToken(ModelConfig model)
    {
        ArgumentNullException.ThrowIfNull(model);
        long embedding = (long)model.VocabularySize * model.EmbeddingWidth;
        return (6.0 * (model.ParameterCount - embedding)) + (6.0 * model.LayerCount * model.ContextLength * model.EmbeddingWidth);
    }

    /// <summary>Measures the rate of large matrix products for a tenth of a second.</summary>
    /// <param name="device">The device.</param>
    /// <param name="precision">Type of the products.</param>
    /// <returns>Operations per second.</returns>
    public static double MeasureMatrixProducts(Device device, Precision precision)
    {
        ArgumentNullException.ThrowIfNull(device);
        const int size = 1024;
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        ScalarType type = ModelTypes.Of(ScalarType.Float32, precision).Products;
        Tensor a = ones(size, size, dtype: type, device: device);
        Tensor b = ones(size, size, dtype: type, device: device);
        double best = 0;
        long start = Stopwatch.GetTimestamp();
        while (best == 0 || Stopwatch.GetElapsedTime(start).TotalSeconds < 0.1)
        {
            long before = Stopwatch.GetTimestamp();
            using Tensor product = a.mm(b);
            // Reading one value synchronizes with an asynchronous device.
            product[0, 0].to_type(ScalarType.Float32).item<float>();
            best = Math.Max(best, 2.0 * size * size * size / Stopwatch.GetElapsedTime(before).TotalSeconds);
        }

        return best;
    }
}
