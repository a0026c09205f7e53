using System.Collections.Immutable;
using NGpt.Core.Configuration;
using NGpt.Core.Files;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;
using NGpt.Runtime.Tests.Models;

namespace NGpt.Runtime.Tests.Golden;

/// <summary>The runtime against recordings of the published model.</summary>
public sealed class GoldenTests
{
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void Logits_are_those_of_the_published_model(Architecture architecture)
    {
        using SafetensorsFile file = SafetensorsFile.Open(GoldenHeader.PathOf(architecture));
        TestModel test = Read(file, "init.");
        float[] expected = file.ReadArray<float>("step0.logits");
        int[][] tokens = Tokens(file);
        using RuntimeModel model = test.Load();
        using InferenceContext context = model.CreateContext(new ContextOptions { Slots = tokens.Length, Threads = 2 });
        context.Run([.. tokens.Select((row, slot) => new SequenceStep(slot, row.AsMemory(0, row.Length - 1), LogitRows.All))]);
        int v = test.Config.VocabularySize;
        int length = tokens[0].Length - 1;
        Assert.Equal(tokens.Length * length * v, expected.Length);
        for (int row = 0; row < tokens.Length * length; row++)
        {
            LogitChecks.Near(expected.AsSpan(row * v, v), context.Logits(row / length, row % length), Tolerance);
        }
    }

    [Theory]
    [InlineData(Architecture.NGpt)]
    [InlineData(Architecture.Gpt)]
    public void The_next_token_after_a_training_is_that_of_the_published_model(Architecture architecture)
    {
        using SafetensorsFile file = SafetensorsFile.Open(GoldenHeader.PathOf(architecture));
        TestModel test = Read(file, "final.");
        int[] tokens = Tokens(file)[0];
        using RuntimeModel model = test.Load();
        using InferenceContext context = model.CreateContext(new ContextOptions { Threads = 1 });
        context.Run([new SequenceStep(0, tokens.AsMemory(0, (tokens.Length - 1) / 2))]);
        LogitChecks.Near(file.ReadArray<float>("final.next_token_logits"), context.Logits(0), Tolerance);
    }

    private static TestModel Read(SafetensorsFile file, string prefix)
    {
        Dictionary<string, float[]> parameters = [];
        foreach (string name in file.Tensors.Keys.Where(name => name.StartsWith(prefix) && name != "final.next_token_logits"))
        {
            string[] ours = GoldenNames.Ours(name[prefix.Length..]);
            float[] values = file.ReadArray<float>(name);
            foreach ((string our, float[] part) in ours.Zip(values.Chunk(values.Length / ours.Length)))
            {
                parameters[our] = part;
            }
        }

        return new TestModel(GoldenHeader.Model(file.Metadata), parameters);
    }

    // The sequences of the first step, with the last target.
    private static int[][] Tokens(SafetensorsFile file)
    {
        ImmutableArray<long> shape = file.Tensors["tokens"].Shape;
        return [.. file.ReadArray<long>("tokens").Select(token => (int)token).Chunk((int)shape[2]).Take((int)shape[1])];
    }
}
