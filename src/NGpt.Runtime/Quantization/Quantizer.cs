using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Files.Gguf;
using NGpt.Core.Quantization;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Models;

namespace NGpt.Runtime.Quantization;

/// <summary>Writes a checkpoint as a GGUF file, its matrices in fewer bits.</summary>
public sealed class Quantizer
{
    private readonly QuantizationRequest _request;
    private readonly IProgress<QuantizationProgress>? _progress;
    private readonly CheckpointFolder _checkpoint;
    private readonly ModelConfig _config;
    private readonly ITokenizer _tokenizer;
    private readonly RunFolder? _run;
    private readonly TensorPlan _plan;
    private long _written;

    private Quantizer(QuantizationRequest request, IProgress<QuantizationProgress>? progress)
    {
        (_request, _progress) = (request, progress);
        _checkpoint = CheckpointFolder.Find(request.Model);
        (_config, _tokenizer) = _checkpoint.LoadDescription();
        _run = RunFolder.OfModel(request.Model);
        _plan = new TensorPlan(request);
    }

    /// <summary>Writes the file: aside, flushed, then renamed.</summary>
    /// <param name="request">What to write.</param>
    /// <param name="progress">Is told how far it is, on any thread; or null.</param>
    /// <param name="stop">Ends it early with <see cref="OperationCanceledException"/>; nothing is written then.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="UsageException">The file is there already and is not to be replaced, or its name or folder is wrong.</exception>
    /// <exception cref="NGptException">There is no checkpoint, it is damaged or holds values that cannot be stored, or the storage fails.</exception>
    public static QuantizationResult Write(QuantizationRequest request, IProgress<QuantizationProgress>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new Quantizer(request, progress).Write(stop);
    }

    private QuantizationResult Write(CancellationToken stop)
    {
        string path = OutputFile.Choose(_request, _run?.Path ?? _checkpoint.Path, _config.ParameterCount);
        IReadOnlyList<ParameterSpec> parameters = ParameterCatalog.Of(_config);
        using SafetensorsFile weights = SafetensorsFile.Open(_checkpoint.File(CheckpointFolder.ModelFile));
        ExpectedTensors.Require(weights, [.. parameters.Select(parameter => (parameter.Name, parameter.Shape))]);
        TensorEncoder encoder = new(weights, stop);
        ModelDescription description = ModelDescription.Of(_checkpoint, _config, _tokenizer, _run, _request.Type);
        List<GgufEntry> entries = [.. parameters.SelectMany(parameter => Entries(parameter, encoder))];
        GgufWriter.Write(path, description.Metadata, entries);
        return new QuantizationResult
        {
            Path = path,
            Checkpoint = _checkpoint.Path,
            Type = _request.Type,
            Parameters = _config.ParameterCount,
            BytesBefore = new FileInfo(weights.Path).Length,
            Bytes = new FileInfo(path).Length,
            TensorBytes = entries.Sum(entry => entry.ByteLength),
            Stored = [.. parameters.GroupBy(_plan.Of)
                .Select(group => new StoredTensors(group.Key, group.Count(), group.Sum(parameter => parameter.Count)))
                .OrderByDescending(stored => stored.Parameters)],
            Notes = [.. Fallbacks(parameters), .. description.Notes],
        };
    }

    private IEnumerable<string> Fallbacks(IReadOnlyList<ParameterSpec> parameters) =>
        parameters.Where(parameter => _plan.Of(parameter) != _plan.Wanted(parameter))
            .GroupBy(parameter => (Wanted: _plan.Wanted(parameter), Columns: parameter.Columns ?? parameter.Rows))
            .Select(group =>
                $"{group.Count()} matrices with rows of {group.Key.Columns} weights are stored as {WeightType.BF16.Name()}: "
                + $"{group.Key.Columns} is not a multiple of the {group.Key.Wanted.Name()} block length {group.Key.Wanted.BlockLength()}");

    private IEnumerable<GgufEntry> Entries(ParameterSpec parameter, TensorEncoder encoder)
    {
        WeightType type = _plan.Of(parameter);
        string name = GgufNames.OfTensor(parameter.Name);
        yield return new GgufEntry(name, GgufNames.OfType(type), parameter.Shape, stream => Encode(parameter, type, encoder, stream));
        if (type == WeightType.NVFP4)
        {
            yield return new GgufEntry(
                GgufNames.OfScale(name),
                GgufTensorType.F32,
                [1],
                stream => stream.Write(BitConverter.GetBytes(encoder.TensorScale(parameter, type))));
        }
    }

    private void Encode(ParameterSpec parameter, WeightType type, TensorEncoder encoder, Stream destination)
    {
        try
        {
            encoder.Write(parameter, type, destination, written => Report(parameter, written));
        }
        catch (AggregateException failure) when (failure.InnerException is ArgumentException number)
        {
            throw new NGptException(
                $"{_checkpoint.Path}: {GgufNames.OfTensor(parameter.Name)} holds what cannot be stored: {number.Message}", "use an earlier checkpoint, or --type F32", failure);
        }
    }

    private void Report(ParameterSpec parameter, int written)
    {
        _written += written;
        _progress?.Report(new QuantizationProgress(parameter.Name, _written, _config.ParameterCount));
    }
}

/// <summary>How far the writing of a file is.</summary>
/// <param name="Tensor">The tensor that is written now.</param>
/// <param name="Done">Parameters that are written.</param>
/// <param name="Total">Parameters of the model.</param>
public readonly record struct QuantizationProgress(string Tensor, long Done, long Total);
