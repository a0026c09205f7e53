using NGpt.Core.Configuration;
using NGpt.Data.Evaluation;
using NGpt.Torch.Checkpoints;
using NGpt.Torch.Native;

namespace NGpt.Torch.Evaluation;

/// <summary>Evaluates checkpoints with their own modules, on any device.</summary>
/// <param name="device">Where to compute.</param>
/// <param name="threads">CPU threads, above 0; null for the default.</param>
/// <param name="precision">What matrix products are computed in.</param>
public sealed class TorchScorerFactory(DeviceChoice device, int? threads = null, Precision precision = Precision.F32) : IScorerFactory
{
    /// <inheritdoc/>
    public EvaluationSubject Find(string model) => EvaluationSubject.OfCheckpoint(model);

    /// <inheritdoc/>
    public OpenScorer Open(EvaluationSubject subject, int? batchTokens)
    {
        ArgumentNullException.ThrowIfNull(subject);
        NativeEnvironment.Prepare(threads);
        SavedModel saved = SavedModel.Open(subject.Path, device.Resolve(), precision);
        return new OpenScorer(new LanguageModelScorer(saved.Model, batchTokens ?? LanguageModelScorer.DefaultBatchTokens), saved);
    }
}
