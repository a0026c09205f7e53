using System.Text;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Tokenizers;
using NGpt.Torch.Checkpoints;
using NGpt.Torch.Models;
using NGpt.Torch.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Parity.Tests;

/// <summary>A model that was trained for a few steps, in memory and as a folder.</summary>
internal sealed class SavedCheckpoint : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SavedCheckpoint(LanguageModel model, ITokenizer tokenizer)
    {
        (Model, Tokenizer) = (model, tokenizer);
        ModelWeights.Save(model, _folder.File(CheckpointFolder.ModelFile));
        _folder.Write(CheckpointFolder.ConfigFile, ModelConfigJson.Serialize(model.Config));
        TokenizerFile.Save(tokenizer, _folder.File(TokenizerFile.FileName));
    }

    public LanguageModel Model { get; }

    public ITokenizer Tokenizer { get; }

    public string Path => _folder.Path;

    public static SavedCheckpoint Create(string options)
    {
        CharacterTokenizer tokenizer = new(Enumerable.Range('a', 26).Concat(Enumerable.Range('α', 17)).Select(code => new Rune(code)));
        ModelConfig config = RunConfigResolver.ResolveModel(
            SettingLayers.Create(options.Split(' ').Select(option => option.Split('=')).Select(pair => (pair[0], pair[1]))), tokenizer.VocabularySize);
        LanguageModel model = LanguageModel.Create(config);
        ModelInitializer.Initialize(model, seed: 3);
        Train(model);
        return new SavedCheckpoint(model, tokenizer);
    }

    public void Dispose()
    {
        Model.Dispose();
        _folder.Dispose();
    }

    // At a rate at which every scale has left its start for a place of its own.
    private static void Train(LanguageModel model)
    {
        using SphereAdam optimizer = new(model, new OptimizerSettings(0.9, 0.95, 1e-8, 0));
        Parameter[] parameters = [.. model.parameters()];
        for (int step = 0; step < 12; step++)
        {
            using IDisposable scope = NewDisposeScope();
            using Generator generator = new((ulong)step, CPU);
            Tensor tokens = randint(0, model.Config.VocabularySize, [4, 20], dtype: ScalarType.Int64, generator: generator);
            model.zero_grad();
            nn.functional.cross_entropy(model.forward(tokens.narrow(1, 0, 19)).flatten(0, 1), tokens.narrow(1, 1, 19).flatten()).backward();
            GradientClip.Apply(parameters, GradientClip.Scale(GradientClip.GlobalNorm(parameters), 1));
            optimizer.Step(0.03);
        }
    }
}
