using System.Diagnostics;
using NGpt.Torch.Training;

namespace NGpt.Torch.Engine;

/// <summary>Adds up the time of every kind of work within a step.</summary>
internal sealed class StageClock
{
    private static readonly Dictionary<Stage, string> Names = new()
    {
        [Stage.MatrixProducts] = "matrix products",
        [Stage.AttentionProducts] = "attention products",
        [Stage.AttentionSoftmax] = "attention softmax",
        [Stage.QueryKeyPreparation] = "query/key preparation",
        [Stage.ResidualUpdate] = "residual update",
        [Stage.SwiGlu] = "SwiGLU",
        [Stage.CrossEntropy] = "cross-entropy",
        [Stage.Embedding] = "embedding",
        [Stage.GradientSums] = "gradient sums",
        [Stage.Optimizer] = "optimizer",
    };

    private readonly long[] _ticks = new long[Names.Count];

    /// <summary>Forgets everything: a step begins.</summary>
    public void Reset() => Array.Clear(_ticks);

    /// <summary>Adds the time since a moment.</summary>
    /// <param name="stage">What was done.</param>
    /// <param name="since">When it began, from <see cref="Stopwatch.GetTimestamp"/>.</param>
    public void Add(Stage stage, long since) => _ticks[(int)stage] += Stopwatch.GetTimestamp() - since;

    /// <summary>The times, for people.</summary>
    /// <returns>One entry for each kind of work.</returns>
    public IReadOnlyList<StageTime> Read() =>
        [.. Names.Select(entry => new StageTime(entry.Value, _ticks[(int)entry.Key] * 1000.0 / Stopwatch.Frequency))];
}
