using System.Globalization;
using System.Runtime.InteropServices;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Files;
using NGpt.Core.Numerics;
using NGpt.Core.Tokenizers;

namespace NGpt.PeerBenchmarks;

/// <summary>A GPT baseline with random weights, written as a checkpoint: speed does not depend on what a model has learned.</summary>
/// <param name="Layers">L.</param>
/// <param name="Width">C.</param>
/// <param name="Heads">H.</param>
/// <param name="Mlp">F.</param>
/// <param name="Vocabulary">V.</param>
internal sealed record RandomModel(int Layers, int Width, int Heads, int Mlp, int Vocabulary)
{
    private const int ContextLength = 1024;
    private const ulong Seed = 20_261_125;

    /// <summary>The shape.</summary>
    public ModelConfig Config => new()
    {
        Architecture = Core.Configuration.Architecture.Gpt,
        VocabularySize = Vocabulary,
        LayerCount = Layers,
        HeadCount = Heads,
        EmbeddingWidth = Width,
        MlpWidth = Mlp,
        ContextLength = ContextLength,
    };

    /// <summary>What its folder is called.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"random-gpt-{Layers}x{Width}-{Heads}-{Mlp}-{Vocabulary}");

    /// <summary>Random tokens.</summary>
    public int[] RandomTokens(int count)
    {
        SplitMix64 random = new(Seed + 1);
        return [.. Enumerable.Range(0, count).Select(_ => (int)random.NextBelow(Vocabulary))];
    }

    /// <summary>Writes the checkpoint, unless it is there already.</summary>
    public string Write(string parent)
    {
        string folder = Path.Combine(parent, Name);
        if (File.Exists(Path.Combine(folder, CheckpointFolder.ModelFile)))
        {
            return folder;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, CheckpointFolder.ConfigFile), ModelConfigJson.Serialize(Config));
        TokenizerFile.Save(Tokenizer(), Path.Combine(folder, TokenizerFile.FileName));
        SplitMix64 random = new(Seed);
        SafetensorsWriter.Write(
            Path.Combine(folder, CheckpointFolder.ModelFile),
            [.. ParameterCatalog.Of(Config).Select(parameter => new SafetensorsEntry(parameter.Name, TensorType.F32, parameter.Shape, stream => Write(parameter, random, stream)))]);
        return folder;
    }

    // As training begins, a row at a time; the sum of four uniform values is near enough to a normal one.
    private static void Write(ParameterSpec parameter, SplitMix64 random, Stream stream)
    {
        double width = parameter.InitialDeviation * Math.Sqrt(3) / 65536;
        float[] row = new float[parameter.Columns ?? parameter.Rows];
        for (int done = 0; done < (parameter.Columns is null ? 1 : parameter.Rows); done++)
        {
            for (int i = 0; i < row.Length; i++)
            {
                ulong bits = random.Next();
                long sum = (long)(bits & 0xFFFF) + (long)((bits >> 16) & 0xFFFF) + (long)((bits >> 32) & 0xFFFF) + (long)(bits >> 48);
                row[i] = (float)(parameter.InitialMean + ((sum - 131_070) * width));
            }

            stream.Write(MemoryMarshal.AsBytes(row.AsSpan()));
        }
    }

    // All bytes, and as many pairs of bytes as are requested.
    private BytePairTokenizer Tokenizer()
    {
        byte[][] tokens = [.. Enumerable.Range(0, Vocabulary).Select(id => id < 256 ? new[] { (byte)id } : [(byte)((id - 256) / 256), (byte)(id % 256)])];
        BytePairMerge[] merges = [.. Enumerable.Range(256, Vocabulary - 256).Select(id => new BytePairMerge((id - 256) / 256, id % 256, id))];
        return new BytePairTokenizer(tokens, merges, SplitPattern.Gpt2);
    }
}
