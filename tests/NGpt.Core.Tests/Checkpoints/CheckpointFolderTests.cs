using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Checkpoints;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CheckpointFolder.ModelFile, true)]
    [InlineData(CheckpointFolder.ConfigFile, true)]
    [InlineData("tokenizer.json", true)]
    [InlineData(CheckpointFolder.OptimizerFile, false)]
    public void Whoever_runs_a_model_is_warned_of_every_change_but_that_of_the_moments(string changed, bool isNeeded)
    {
        CheckpointFolder checkpoint = Make(new ByteTokenizer());
        Assert.Equal(3, checkpoint.Verify().Step);
        Assert.Equal((256, 256), (checkpoint.LoadDescription().Config.VocabularySize, checkpoint.LoadDescription().Tokenizer.VocabularySize));
        string path = checkpoint.File(changed);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("has changed since it was written", Assert.Throws<FileFormatException>(() => checkpoint.Verify()).Message);
        if (isNeeded)
        {
            Assert.Contains("has changed since it was written", Assert.Throws<FileFormatException>(() => checkpoint.LoadDescription()).Message);
        }
        else
        {
            Assert.Equal(256, checkpoint.LoadDescription().Config.VocabularySize);
        }
    }

    [Fact]
    public void A_tokenizer_of_another_model_is_refused()
    {
        FileFormatException failure = Assert.Throws<FileFormatException>(() => Make(new ByteTokenizer(hasEndOfText: true)).LoadDescription());
        Assert.Contains("the tokenizer has 257 tokens and the model 256", failure.Message);
    }

    private CheckpointFolder Make(ITokenizer tokenizer)
    {
        CheckpointFolder checkpoint = new(_folder.File("step-00000003"));
        Directory.CreateDirectory(checkpoint.Path);
        ModelConfig config = new()
        {
            Architecture = Architecture.Gpt,
            VocabularySize = 256,
            LayerCount = 2,
            HeadCount = 3,
            EmbeddingWidth = 18,
            MlpWidth = 23,
            ContextLength = 17,
        };
        File.WriteAllBytes(checkpoint.File(CheckpointFolder.ModelFile), [1, 2, 3]);
        File.WriteAllBytes(checkpoint.File(CheckpointFolder.OptimizerFile), [4, 5]);
        File.WriteAllBytes(checkpoint.File(CheckpointFolder.ConfigFile), ModelConfigJson.Serialize(config));
        TokenizerFile.Save(tokenizer, checkpoint.TokenizerPath);
        checkpoint.SaveState(new TrainerState
        {
            Step = 3,
            DataPosition = 9,
            ElapsedSeconds = 1,
            Threads = 2,
            Device = "cpu",
            Files = checkpoint.Digests(),
        });
        return checkpoint;
    }
}
