using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>The losses of windows of one length by position.</summary>
/// <param name="Length">T, tokens of a window.</param>
/// <param name="Windows">Number of windows.</param>
/// <param name="Nats">Sum over the windows of the loss at every position, in nats.</param>
/// <param name="Bytes">Sum over the windows of the bytes of the predicted tokens.</param>
internal sealed record ContextLosses(int Length, int Windows, IReadOnlyList<double> Nats, IReadOnlyList<long> Bytes)
{
    // Logits in memory at once: 64 MB of float32.
    private const long MaxLogits = 1 << 24;

    /// <summary>Mean loss in nats per token.</summary>
    public double Loss => LossBetween(0, Length);

    /// <summary>Mean loss in bits per byte.</summary>
    public double BitsPerByte => BitsPerByteBetween(0, Length);

    /// <summary>Mean loss of the positions from <paramref name="first"/> to before <paramref name="end"/>, in nats per token.</summary>
    public double LossBetween(int first, int end) => SumOfNats(first, end) / ((long)Windows * (end - first));

    /// <summary>The same in bits per byte of the predicted tokens; NaN where they have no bytes.</summary>
    public double BitsPerByteBetween(int first, int end)
    {
        long bytes = 0;
        for (int position = first; position < end; position++)
        {
            bytes += Bytes[position];
        }

        return bytes == 0 ? double.NaN : SumOfNats(first, end) / Math.Log(2) / bytes;
    }

    /// <summary>
    /// Measures windows of T + 1 tokens one at a time: memory does not grow with their number, nor that of the logits with
    /// their length. At least the logits of one position are in memory at once.
    /// </summary>
    public static ContextLosses Measure(
        LanguageModel model,
        IEnumerable<int[]> windows,
        int length,
        IReadOnlyList<int> tokenBytes,
        long maxLogits = MaxLogits,
        CancellationToken stop = default)
    {
        using IDisposable noGradient = no_grad();
        double[] nats = new double[length];
        long[] bytes = new long[length];
        int count = 0;
        int part = (int)Math.Clamp(maxLogits / model.Config.VocabularySize, 1, length);
        foreach (int[] window in windows)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(window.Length, length + 1, nameof(windows));
            stop.ThrowIfCancellationRequested();
            using IDisposable scope = NewDisposeScope();
            Tensor hidden = model.FinalHiddenStates(TensorConversion.FromTokens(window.AsSpan(0, length), model.Device));
            Tensor targets = TensorConversion.FromTokens(window.AsSpan(1), model.Device);
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
        double[] values = TensorConversion.ToArray(losses);
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
