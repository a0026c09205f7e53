using System.Text.Json;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Tokenizers;
using NGpt.Torch.Checkpoints;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;

namespace NGpt.Torch.Tests.Checkpoints;

public sealed class CheckpointTensorsTests
{
    [Theory]
    [InlineData(true, 256)]
    [InlineData(false, null)]
    public void The_configuration_names_the_end_of_text_of_the_tokenizer(bool hasEndOfText, int? expected)
    {
        using TemporaryFolder folder = new();
        CheckpointFolder checkpoint = new(folder.File("step-00000001"));
        ByteTokenizer tokenizer = new(hasEndOfText);
        ModelConfig config = new() { Architecture = Architecture.Gpt, VocabularySize = tokenizer.VocabularySize, LayerCount = 1, HeadCount = 1, EmbeddingWidth = 2, MlpWidth = 3, ContextLength = 5 };
        using LanguageModel model = LanguageModel.Create(config);
        using AdamState optimizer = new(model);
        checkpoint.Save(model, optimizer, tokenizer, files => new TrainerState { Step = 1, DataPosition = 1, ElapsedSeconds = 1, Threads = 1, Device = "cpu", Files = files });

        JsonElement json = JsonDocument.Parse(File.ReadAllBytes(checkpoint.File(CheckpointFolder.ConfigFile))).RootElement;
        Assert.All((string[])["bos_token_id", "eos_token_id"], key =>
            Assert.Equal(expected, json.GetProperty(key).ValueKind == JsonValueKind.Null ? null : json.GetProperty(key).GetInt32()));
        Assert.Equal(expected, checkpoint.LoadTokenizer().EndOfText);
    }
}
