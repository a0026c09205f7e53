using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Files.Gguf;
using NGpt.Core.Quantization;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Models;

namespace NGpt.Runtime.Quantization;

/// <summary>What a GGUF file says about its model: its metadata.</summary>
internal sealed class ModelDescription
{
    private const uint QuantizationVersion = 2;

    private ModelDescription(IReadOnlyList<KeyValuePair<string, GgufValue>> metadata, IReadOnlyList<string> notes) => (Metadata, Notes) = (metadata, notes);

    /// <summary>Keys and values, in file order.</summary>
    public IReadOnlyList<KeyValuePair<string, GgufValue>> Metadata { get; }

    /// <summary>What a reader of the file should know, one line each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Describes a checkpoint. <paramref name="run"/>: the run that trained it, or null.</summary>
    public static ModelDescription Of(CheckpointFolder checkpoint, ModelConfig config, ITokenizer tokenizer, RunFolder? run, WeightType type)
    {
        List<KeyValuePair<string, GgufValue>> metadata = [.. General(checkpoint, config, run, type), .. GgufModelConfig.Write(config)];
        List<string> notes = [];
        if (config.Architecture == Architecture.Gpt)
        {
            LlamaTokenizer llama = LlamaTokenizer.Of(tokenizer, config.VocabularySize);
            metadata.AddRange(llama.Metadata);
            if (llama.Problem is string problem)
            {
                notes.Add($"the file has no tokenizer that llama.cpp can read: {problem}");
            }
        }

        metadata.Add(KeyValuePair.Create(GgufNames.Tokenizer, GgufValue.Of(File.ReadAllText(checkpoint.TokenizerPath))));
        if (run is { HoldsRun: true })
        {
            metadata.Add(KeyValuePair.Create(GgufNames.RunConfig, GgufValue.Of(File.ReadAllText(run.ConfigPath))));
        }

        return new ModelDescription(metadata, notes);
    }

    private static IEnumerable<KeyValuePair<string, GgufValue>> General(CheckpointFolder checkpoint, ModelConfig config, RunFolder? run, WeightType type)
    {
        string name = Path.GetFileName(Path.GetFullPath(run?.Path ?? checkpoint.Path));
        yield return KeyValuePair.Create(GgufNames.Architecture, GgufValue.Of(GgufNames.OfArchitecture(config.Architecture)));
        yield return KeyValuePair.Create("general.type", GgufValue.Of("model"));
        yield return KeyValuePair.Create(GgufNames.Name, GgufValue.Of(name));
        yield return KeyValuePair.Create("general.basename", GgufValue.Of(GgufFileName.Base(name)));
        yield return KeyValuePair.Create("general.size_label", GgufValue.Of(GgufFileName.SizeLabel(config.ParameterCount)));
        yield return KeyValuePair.Create("general.version", GgufValue.Of(GgufFileName.Version));
        yield return KeyValuePair.Create("general.file_type", GgufValue.Of(FileType(type)));
        yield return KeyValuePair.Create("general.quantization_version", GgufValue.Of(QuantizationVersion));
    }

    // llama.cpp's values for a file's main type.
    private static uint FileType(WeightType type) => type switch
    {
        WeightType.F32 => 0,
        WeightType.F16 => 1,
        WeightType.Q4_0 => 2,
        WeightType.Q8_0 => 7,
        WeightType.BF16 => 32,
        WeightType.NVFP4 => 39,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no such weight type"),
    };
}
