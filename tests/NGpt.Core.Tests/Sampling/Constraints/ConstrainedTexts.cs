using System.Text;
using System.Text.Json;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Core.Sampling.Constraints;
using NGpt.Core.Tests.Tokenizers;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Sampling.Constraints;

/// <summary>Generates texts from random logits under a grammar.</summary>
internal static class ConstrainedTexts
{
    private static readonly Lazy<BytePairTokenizer> Trained = new(() => SampleText.Trained(SplitPattern.Gpt2, 500));

    public static ByteTokenizer Bytes { get; } = new(hasEndOfText: true);

    /// <summary>A byte-level vocabulary in which tokens cut characters and cross the marks of JSON.</summary>
    public static ITokenizer Pairs => Trained.Value;

    public static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    public static JsonGrammar Compile(string schema)
    {
        Assert.True(JsonGrammar.TryCompile(Parse(schema), out JsonGrammar? grammar, out IReadOnlyList<string> problems), string.Join("; ", problems));
        return grammar;
    }

    public static (string Text, StopReason Reason) Write(JsonConstraint json, ITokenizer tokenizer, int seed, SamplingOptions? options = null)
    {
        Random random = new(seed);
        options = (options ?? new SamplingOptions { MaxTokens = 1500 }) with { Temperature = 1, TopK = 0, TopP = 1, MinP = 0, Seed = seed };
        GenerationState state = new(tokenizer, options, new SamplerMemory(tokenizer.VocabularySize), [0], new TokenConstraints { Json = json });
        StringBuilder text = new();
        float[] logits = new float[tokenizer.VocabularySize];
        while (state.Ended is null)
        {
            for (int i = 0; i < logits.Length; i++)
            {
                logits[i] = 6 * random.NextSingle();
            }

            // So that strings come to an end.
            logits['"'] += 2;
            logits['}'] += 2;
            logits[']'] += 2;
            text.Append(state.Next(logits));
        }

        return (text.ToString(), state.Ended.Value);
    }
}
