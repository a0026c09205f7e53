using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Torch.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>The metrics and samples as an event file, for <c>tensorboard --logdir RUN</c>.</summary>
public sealed class TensorBoardLog : IDisposable
{
    private const string TrainingTags = "train/";
    private const string SampleTag = "train/sample";
    private const string NormErrorTag = "ngpt/norm_error_max";

    private readonly EventFile _file;

    /// <summary>Opens the event file; points of the steps that are repeated are removed first, so that every step occurs once.</summary>
    /// <param name="folder">The folder for the event file.</param>
    /// <param name="lastStep">Completed steps before this part of the run.</param>
    /// <param name="lastEvaluation">Step of the last evaluation before this part, or null.</param>
    /// <exception cref="NGptException">The folder cannot be written.</exception>
    public TensorBoardLog(string folder, int lastStep, int? lastEvaluation) =>
        _file = EventFile.Open(
            folder,
            (tag, step) => step <= (tag.StartsWith(TrainingTags, StringComparison.Ordinal) || tag == NormErrorTag ? lastStep : lastEvaluation ?? -1));

    /// <summary>Adds a training step.</summary>
    /// <param name="report">Its metrics.</param>
    /// <param name="modelFlopsUtilization">Model FLOP/s over the FLOP/s of large matrix products, 0 to 1.</param>
    public void Write(StepReport report, double modelFlopsUtilization)
    {
        ArgumentNullException.ThrowIfNull(report);
        Add("train/loss", report.Loss, report.Step);
        Add("train/grad_norm", report.GradientNorm, report.Step);
        Add("train/learning_rate", report.LearningRate, report.Step);
        Add("train/tok_per_sec", report.TokensPerSecond, report.Step);
        Add("train/mfu", modelFlopsUtilization, report.Step);
        Add("train/data_wait_ms", report.DataWaitMilliseconds, report.Step);
        if (report.NormError is double error)
        {
            Add(NormErrorTag, error, report.Step);
        }
    }

    /// <summary>Adds an evaluation and, for nGPT, the effective scales.</summary>
    /// <param name="report">Its metrics.</param>
    /// <param name="model">The evaluated model.</param>
    public void Write(EvaluationReport report, LanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(model);
        Add("val/loss", report.Loss, report.Step);
        Add("val/bpb", report.BitsPerByte, report.Step);
        foreach (SourceLoss source in report.Sources)
        {
            Add($"val/loss/{source.Source}", source.Loss, report.Step);
            Add($"val/bpb/{source.Source}", source.BitsPerByte, report.Step);
        }

        if (model.Config.Scales is NGptScales scales)
        {
            foreach ((string name, Parameter parameter) in model.named_parameters())
            {
                if (Tag(name, scales) is (string tag, double factor))
                {
                    WriteRange(tag, parameter, factor, report.Step);
                }
            }
        }
    }

    /// <summary>Adds a generated text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="step">Completed steps.</param>
    public void WriteSample(string text, int step) => _file.AddText(SampleTag, text, step);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static (string Tag, double Factor)? Tag(string name, NGptScales scales)
    {
        string[] parts = name.Split('.');
        (string Kind, double Factor)? scale = parts[^1] switch
        {
            "attn_alpha" or "mlp_alpha" => (parts[^1], scales.Alpha.Factor),
            "sqk" => ("sqk", scales.QueryKey.Factor),
            "su" => ("su", scales.Up.Factor),
            "sv" => ("sv", scales.Gate.Factor),
            "sz" => ("sz", scales.Logit.Factor),
            _ => null,
        };
        return scale is not (string kind, double factor) ? null
            : name == ParameterCatalog.LogitScale ? ("ngpt/sz", factor)
            : ($"ngpt/layer_{int.Parse(parts[2]):D2}/{kind}", factor);
    }

    private void WriteRange(string tag, Parameter parameter, double factor, int step)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        using Scalar multiplier = factor.ToScalar();
        Tensor effective = (parameter.detach() * multiplier).cpu().to_type(ScalarType.Float32);
        Add($"{tag}/mean", effective.mean().item<float>(), step);
        Add($"{tag}/min", effective.min().item<float>(), step);
        Add($"{tag}/max", effective.max().item<float>(), step);
    }

    private void Add(string tag, double value, int step) => _file.Add(tag, value, step);
}
