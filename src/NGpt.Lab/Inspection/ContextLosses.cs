using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>How well a model predicts the tokens of a window of one length, by their position in it.</summary>
/// <param name="Length">T, tokens that a window has.</param>
/// <param name="Windows">Number of windows.</param>
/// <param name="Nats">Sum over the windows of the loss at every position, in nats.</param>
/// <param name="Bytes">Sum over the windows of the bytes that the predicted tokens stand for.</param>
public sealed record ContextLosses(int Length, int Windows, IReadOnlyList<double> Nats, IReadOnlyList<long> Bytes)
{
    // Logits held at once, in numbers of float32: 64 MB.
    private const long LogitsAtOnce = 1 << 24;

    /// <summary>Mean loss in nats a token.</summary>
    public double Loss => LossBetween(0, Length);

    /// <summary>Mean loss in bits a byte.</summary>
    public double BitsPerByte => BitsPerByteBetween(0, Length);

    /// <summary>Mean loss of a range of positions.</summary>
    /// <param name="first">The first position, from 0.</param>
    /// <param name="end">The position after the last.</param>
    /// <returns>Nats a token.</returns>
    public double LossBetween(int first, int end) => SumOfNats(first, end) / ((long)Windows * (end - first));

    /// <summary>Mean loss of a range of positions over the bytes of the tokens predicted there.</summary>
    /// <param name="first">The first position, from 0.</param>
    /// <param name="end">The position after the last.</param>
    /// <returns>Bits a byte; not a number where the tokens stand for no bytes.</returns>
    public double BitsPerByteBetween(int first, int end)
    {
        long bytes = 0;
        for (int position = first; position < end; position++)
        {
            bytes += Bytes[position];
        }

        return bytes == 0 ? double.NaN : SumOfNats(first, end) / Math.Log(2) / bytes;
    }

    /// <summary>Measures windows one at a time: what is held at once does not grow with their number, nor the logits with their length.</summary>
    /// <param name="model">The model.</param>
    /// <param name="windows">Token ids of each window: T inputs and one more; at least one window.</param>
    /// <param name="length">T.</param>
    /// <param name="tokenBytes">Bytes that each token of the vocabulary stands for.</param>
    /// <param name="logitsAtOnce">Most logits that are held at once, but always those of one position.</param>
    /// <param name="stop">Ends it between two parts of a window.</param>
    /// <returns>The losses.</returns>
    public static ContextLosses Measure(
        LanguageModel model,
        IEnumerable<int[]> windows,
        int length,
        IReadOnlyList<int> tokenBytes,
        long logitsAtOnce = LogitsAtOnce,
        CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(tokenBytes);
        using IDisposable noGradient = no_grad();
        double[] nats = new double[length];
        long[] bytes = new long[length];
        int count = 0;
        int part = (int)Math.Clamp(logitsAtOnce / model.Config.VocabularySize, 1, length);
        foreach (int[] window in windows)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(window.Length, length + 1, nameof(windows));
            stop.ThrowIfCancellationRequested();
            using IDisposable scope = NewDisposeScope();
            Tensor hidden = model.LastHiddenStates(TokenTensor.Of(window.AsSpan(0, length), model.Device));
            Tensor targets = TokenTensor.Of(window.AsSpan(1), model.Device);
            for (int first = 0; first < length; first += part)
            {
                stop.ThrowIfCancellationRequested();
                Add(model, hidden, targets, first, Math.Min(part, length - first), nats);
            }

            for (int position = 0; position < length; position++)
            {
                bytes[position] += tokenBytes[window[position + 1]];
            }

            count++;
        }

        ArgumentOutOfRangeException.ThrowIfZero(count, nameof(windows));
        return new ContextLosses(length, count, nats, bytes);
    }

    private static void Add(LanguageModel model, Tensor hidden, Tensor targets, int first, int count, double[] nats)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor logits = model.LogitsOf(hidden.narrow(1, first, count)).squeeze(0);
        Tensor losses = nn.functional.cross_entropy(logits, targets.narrow(1, first, count).squeeze(0), reduction: nn.Reduction.None);
        double[] values = TensorValues.ToArray(losses);
        for (int i = 0; i < count; i++)
        {
            nats[first + i] += values[i];
        }
    }

    private double SumOfNats(int first, int end)
    {
        double sum = 0;
        for (int position = first; position < end; position++)
        {
            sum += Nats[position];
        }

        return sum;
    }
}
