using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Files;
using NGpt.Core.Tokenizers;

namespace NGpt.Tests;

/// <summary>A checkpoint folder with a small byte-level model with random parameters.</summary>
internal static class RandomModel
{
    public static string Write(string folder, Architecture architecture = Architecture.NGpt, int length = 96)
    {
        ModelConfig config = new()
        {
            Architecture = architecture,
            VocabularySize = 257,
            LayerCount = 2,
            HeadCount = 3,
            EmbeddingWidth = 42,
            MlpWidth = 101,
            ContextLength = length,
            Scales = architecture == Architecture.NGpt ? NGptScales.Published(42) : null,
        };
        Random random = new(5);
        List<SafetensorsEntry> entries = [];
        foreach (ParameterSpec spec in ParameterCatalog.Of(config))
        {
            float[] values = new float[spec.Count];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = spec.Columns is null
                    ? (float)(spec.InitialMean * (0.5 + random.NextDouble()))
                    : (float)((random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) / 3.2);
            }

            entries.Add(SafetensorsEntry.FromMemory<float>(spec.Name, TensorType.F32, spec.Shape, values));
        }

        Directory.CreateDirectory(folder);
        SafetensorsWriter.Write(Path.Combine(folder, CheckpointFolder.ModelFile), entries);
        File.WriteAllBytes(Path.Combine(folder, CheckpointFolder.ConfigFile), ModelConfigJson.Serialize(config));
        TokenizerFile.Save(new ByteTokenizer(hasEndOfText: true), Path.Combine(folder, TokenizerFile.FileName));
        return folder;
    }
}
