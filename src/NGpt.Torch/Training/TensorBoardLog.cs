using NGpt.Core.Configuration;
using NGpt.Torch.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>The metrics as event files, for <c>tensorboard --logdir RUN</c>.</summary>
public sealed class TensorBoardLog
{
    private readonly SummaryWriter _writer;

    /// <summary>Opens a new event file beside those of earlier parts of the run.</summary>
    /// <param name="folder">The folder for event files.</param>
    public TensorBoardLog(string folder) =>
        _writer = utils.tensorboard.SummaryWriter(folder, createRunName: false);

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
            Add("ngpt/norm_error_max", error, report.Step);
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

    private void Add(string tag, double value, int step) => _writer.add_scalar(tag, (float)value, step);
}
