using NGpt.Core.Configuration;
using NGpt.Core.Files;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Golden;

/// <summary>One recording of the published model: starting parameters, gradients, a short run and its end.</summary>
internal sealed class GoldenData : IDisposable
{
    private readonly SafetensorsFile _file;

    private GoldenData(string path)
    {
        _file = SafetensorsFile.Open(path);
        IReadOnlyDictionary<string, string> header = _file.Metadata;
        int Integer(string key) => int.Parse(header[key]);
        double Number(string key) => double.Parse(header[key]);
        Model = GoldenHeader.Model(header);
        Training = new TrainingConfig
        {
            Steps = Integer("steps"),
            BatchSize = Integer("batch"),
            LearningRate = Number("peak_lr"),
            WarmupSteps = 0,
            DecaySteps = Integer("steps"),
            WeightDecay = Number("weight_decay"),
            GradientClip = Number("grad_clip"),
            AdamEpsilon = Number("adam_eps"),
            EvalInterval = 1,
            EvalBatches = 1,
            CheckpointInterval = 1,
        };
    }

    public ModelConfig Model { get; }

    public TrainingConfig Training { get; }

    public static GoldenData Open(Architecture architecture) => new(GoldenHeader.PathOf(architecture));

    /// <summary>Names, without the prefix, of the tensors whose names start with it.</summary>
    public IEnumerable<string> Names(string prefix) =>
        _file.Tensors.Keys.Where(name => name.StartsWith(prefix)).Select(name => name[prefix.Length..]);

    public long[] Shape(string name) => [.. _file.Tensors[name].Shape];

    public float[] Values(string name) => _file.ReadArray<float>(name);

    public Tensor Tensor(string name) => tensor(Values(name), Shape(name));

    /// <summary>Starts a model from the recording.</summary>
    /// <param name="parameters">The model's parameters by our names; overwritten.</param>
    /// <param name="alphaSign">1 or −1: the sign that every α starts with.</param>
    public void CopyInitialParameters(IReadOnlyDictionary<string, Parameter> parameters, double alphaSign)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        foreach (string name in Names("init."))
        {
            string[] ours = GoldenNames.Ours(name);
            Tensor[] parts = Tensor("init." + name).chunk(ours.Length);
            foreach ((string our, Tensor part) in ours.Zip(parts))
            {
                parameters[our].copy_(part * tensor(GoldenNames.Sign(name, alphaSign)));
            }
        }
    }

    /// <summary>Token batch of one step: inputs and targets, int64 [B, T] each.</summary>
    public (Tensor Inputs, Tensor Targets) Batch(int step)
    {
        using Tensor tokens = tensor(_file.ReadArray<long>("tokens"), Shape("tokens"));
        long length = tokens.shape[2] - 1;
        using Tensor batch = tokens[step];
        return (batch.narrow(1, 0, length).contiguous(), batch.narrow(1, 1, length).contiguous());
    }

    public void Dispose() => _file.Dispose();
}
