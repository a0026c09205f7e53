using System.CommandLine;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Data.Evaluation;
using NGpt.Torch.Evaluation;
using NGpt.Torch.Native;
using TorchSharp;

namespace NGpt.Cli.Commands;

/// <summary>
/// The runtime computes evaluations on the processor in float32, libtorch on other devices and in other types;
/// <c>--engine</c> asks for one of them.
/// </summary>
internal sealed class EngineScorerOptions : ScorerOptions
{
    private const string Runtime = "runtime";
    private const string Torch = "torch";

    private readonly Option<string> _engine = new("--engine")
    {
        Description = "runtime (the processor, float32, also .gguf files) or torch; default runtime where it can",
        HelpName = "NAME",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string> _device = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N",
        HelpName = "NAME",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string> _precision = new("--dtype")
    {
        Description = "float32 or bf16: type of the matrix products",
        HelpName = "NAME",
        DefaultValueFactory = _ => "float32",
    };

    private readonly Option<int?> _threads = ThreadOption.Create();

    /// <inheritdoc/>
    public override IReadOnlyList<Option> All => [_engine, _device, _precision, _threads];

    /// <inheritdoc/>
    public override IScorerFactory Read(ParseResult result, string model)
    {
        string engine = OneOf(_engine, "auto", Runtime, Torch);
        Precision precision = OneOf(_precision, "float32", "bf16") == "bf16" ? Precision.Bf16 : Precision.F32;
        DeviceChoice device = DeviceChoice.Parse(result.GetValue(_device)!);
        int? threads = ThreadOption.Read(result, _threads);
        string? onlyTorch = device.Type == DeviceType.CUDA ? $"--device {device}" : precision == Precision.Bf16 ? "--dtype bf16" : null;
        bool isFile = File.Exists(model);
        if (engine == Runtime && onlyTorch is not null)
        {
            throw new UsageException($"--engine runtime computes on the processor in float32, not with {onlyTorch}", "give --engine torch");
        }

        if (isFile && (engine == Torch || onlyTorch is not null))
        {
            throw new UsageException(
                $"{model} is a file, which only the runtime reads: it does not go with {onlyTorch ?? "--engine torch"}", "give the run or the checkpoint");
        }

        TorchScorerFactory torch = new(device, threads, precision);
        RuntimeScorerFactory runtime = new(threads);
        return engine == Torch || onlyTorch is not null ? torch
            : engine == Runtime || isFile || device.Type is not null ? runtime
            : new DeviceScorerFactory(torch, runtime);

        string OneOf(Option<string> option, params string[] known)
        {
            string given = result.GetValue(option)!;
            return known.Contains(given)
                ? given
                : throw new UsageException($"{option.Name} \"{given}\" is not one of {string.Join(", ", known)}");
        }
    }

    /// <summary>libtorch where it finds a GPU, the runtime elsewhere: it is asked when the weights are needed.</summary>
    private sealed class DeviceScorerFactory(TorchScorerFactory torch, RuntimeScorerFactory runtime) : IScorerFactory
    {
        public EvaluationSubject Find(string model) => torch.Find(model);

        public OpenScorer Open(EvaluationSubject subject, int? batchTokens) => DeviceChoice.Auto.Resolve().type == DeviceType.CUDA
            ? torch.Open(subject, batchTokens)
            : runtime.Open(subject, batchTokens);
    }
}
