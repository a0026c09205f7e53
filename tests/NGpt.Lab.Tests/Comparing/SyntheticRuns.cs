using NGpt.Core.Configuration;
using NGpt.Lab.Runs;

namespace NGpt.Lab.Tests.Comparing;

/// <summary>Finished runs whose loss follows a known law.</summary>
internal static class SyntheticRuns
{
    /// <summary>A run.</summary>
    /// <param name="architecture">What it trained.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="speed">Tokens of the law that one token is worth.</param>
    /// <param name="secondsPerToken">Time of a token.</param>
    public static RecordedRun Of(Architecture architecture, long seed, double speed, double secondsPerToken = 1e-5)
    {
        string name = architecture.Name();
        SettingLayers layers = SettingLayers.Create([("arch", name), ("preset", "nano"), ("steps", "40"), ("seed", $"{seed}"), ("eval-interval", "1")]);
        RunConfig config = new()
        {
            Preset = "nano",
            Model = RunConfigResolver.ResolveModel(layers, 300),
            Training = RunConfigResolver.ResolveTraining(layers),
            Data = new DataConfig { Source = "/texts/some", Tokenizer = "bpe:300", Fingerprint = "0123456789abcdef" },
            Precision = Precision.Bf16,
            Engine = EngineKind.Fast,
        };
        return new RecordedRun
        {
            Name = $"{name}-{seed}",
            Folder = $"runs/{name}-{seed}",
            Config = config,
            Evaluations = [.. Enumerable.Range(0, 41).Select(step => Point(step * RunReader.TokensPerStep(config), speed))],
            EvaluationTokens = 20_480,
            SecondsPerToken = secondsPerToken,
            StepTimeSpread = 0.02,
        };
    }

    private static LossPoint Point(long tokens, double speed)
    {
        double bits = 1 + (3 * Math.Pow(1 + (tokens * speed / 512), -0.4));
        return new LossPoint(tokens, 2 * bits, bits);
    }
}
