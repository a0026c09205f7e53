using System.Text;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Files;
using NGpt.Core.Quantization;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Models;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Tests.Models;

/// <summary>A small model whose every parameter differs from its neighbours, some scales being negative, so that a wrong one shows.</summary>
internal sealed class TestModel
{
    public TestModel(ModelConfig config, int seed = 1)
    {
        Assert.Empty(config.Validate());
        Config = config;
        Random random = new(seed);
        foreach (ParameterSpec spec in ParameterCatalog.Of(config))
        {
            float[] values = new float[spec.Count];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = spec.Columns is null
                    ? (float)(spec.InitialMean * (0.5 + random.NextDouble()) * (spec.Name.EndsWith("alpha", StringComparison.Ordinal) && i % 3 == 0 ? -1 : 1))
                    : (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
            }

            Parameters[spec.Name] = values;
        }

        // What a trained nGPT would have too: unit vectors along the axis of width C; of the baseline, usual sizes.
        foreach (ParameterSpec spec in ParameterCatalog.Of(config).Where(spec => spec.Columns is not null))
        {
            Normalize(Parameters[spec.Name], spec.Rows, spec.Columns!.Value, spec.NormalizedAxis ?? 1);
        }
    }

    public TestModel(ModelConfig config, Dictionary<string, float[]> parameters) => (Config, Parameters) = (config, parameters);

    public ModelConfig Config { get; }

    public Dictionary<string, float[]> Parameters { get; } = [];

    public ITokenizer Tokenizer => new CharacterTokenizer(Enumerable.Range(0x4E00, Config.VocabularySize).Select(code => new Rune(code)));

    public static ModelConfig Shape(
        Architecture architecture, int layers = 3, int heads = 3, int width = 42, int mlpWidth = 101, int length = 70, int vocabulary = 67) => new()
        {
            Architecture = architecture,
            VocabularySize = vocabulary,
            LayerCount = layers,
            HeadCount = heads,
            EmbeddingWidth = width,
            MlpWidth = mlpWidth,
            ContextLength = length,
            Scales = architecture == Architecture.NGpt ? NGptScales.Published(width) : null,
        };

    /// <summary>The model in memory, its matrices stored in a type.</summary>
    public RuntimeModel Load(WeightType type = WeightType.F32) => RuntimeModel.Create("memory", new MemorySource(this, type));

    /// <summary>The same model with the values that a type stores in place of its own.</summary>
    public TestModel Decoded(WeightType type)
    {
        using MemorySource source = new(this, type);
        Dictionary<string, float[]> decoded = new(Parameters);
        foreach (ParameterSpec spec in ParameterCatalog.Of(Config).Where(spec => spec.Columns is not null))
        {
            using WeightMatrix matrix = source.Matrix(spec, rowScale: null);
            float[] values = new float[spec.Count];
            for (int row = 0; row < spec.Rows; row++)
            {
                matrix.DecodeRow(row, values.AsSpan(row * matrix.Columns, matrix.Columns));
            }

            decoded[spec.Name] = values;
        }

        return new TestModel(Config, decoded);
    }

    /// <summary>Writes what a checkpoint folder needs for running.</summary>
    public string Save(string folder)
    {
        Directory.CreateDirectory(folder);
        SafetensorsWriter.Write(Path.Combine(folder, CheckpointFolder.ModelFile), Entries());
        File.WriteAllBytes(Path.Combine(folder, CheckpointFolder.ConfigFile), ModelConfigJson.Serialize(Config));
        TokenizerFile.Save(Tokenizer, Path.Combine(folder, TokenizerFile.FileName));
        return folder;
    }

    /// <summary>The parameters as a file holds them.</summary>
    public List<SafetensorsEntry> Entries() =>
        [.. ParameterCatalog.Of(Config).Select(spec => SafetensorsEntry.FromMemory<float>(spec.Name, TensorType.F32, spec.Shape, Parameters[spec.Name]))];

    /// <summary>Tokens that differ from call to call.</summary>
    public int[] Tokens(int count, int seed = 7)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(Config.VocabularySize))];
    }

    private static void Normalize(float[] values, int rows, int columns, int axis)
    {
        (int count, int length, int step, int stride) = axis == 1 ? (rows, columns, 1, columns) : (columns, rows, columns, 1);
        for (int i = 0; i < count; i++)
        {
            double squares = Enumerable.Range(0, length).Sum(j => Math.Pow(values[(i * stride) + (j * step)], 2));
            for (int j = 0; j < length; j++)
            {
                values[(i * stride) + (j * step)] /= (float)Math.Sqrt(squares);
            }
        }
    }
}
