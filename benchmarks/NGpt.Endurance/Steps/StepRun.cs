using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Measurements;
using NGpt.Torch.Native;
using NGpt.Torch.Training;

namespace NGpt.Endurance.Steps;

/// <summary>Very many steps of a tiny model in this process, and what the process holds meanwhile.</summary>
internal sealed class StepRun(int steps)
{
    private const int Samples = 200;

    // The tensors of the model and its gradients are there from the first steps on.
    private const double TensorsAllowed = 0.5;

    private static readonly string[] Words = ["sphere", "norm", "vector", "of", "the", "unit", "scale", "attention", "and"];

    /// <summary>Trains and prints what the process held.</summary>
    /// <returns>Whether nothing grew.</returns>
    public bool Run()
    {
        LibTorch.Load();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ngpt-steps-");
        try
        {
            Environment.SetEnvironmentVariable("NGPT_CACHE_DIR", Path.Combine(folder.FullName, "cache"));
            string text = Path.Combine(folder.FullName, "text.txt");
            Random random = new(1);
            File.WriteAllLines(text, Enumerable.Range(0, 2000).Select(_ => string.Join(' ', Enumerable.Range(0, 6).Select(_ => Words[random.Next(Words.Length)]))));
            StepSampler sampler = new(Math.Max(1, steps / Samples));
            TrainingOutcome outcome = TrainingJob.Run(SettingLayers.Create(Settings(text, Path.Combine(folder.FullName, "run"))), sampler, CancellationToken.None);
            return Judge(outcome, sampler);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool Judge(TrainingOutcome outcome, StepSampler sampler)
    {
        ResourceVerdict verdict = new(sampler.Samples);
        double[] tensors = [.. sampler.Tensors.Skip(sampler.Tensors.Count / 4)];
        double growth = Trend.Growth([.. sampler.Samples.Skip(sampler.Samples.Count / 4).Select(sample => sample.Place)], tensors);
        List<string> problems = [.. verdict.Problems];
        if (growth > TensorsAllowed)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"live tensors grew by {growth:0.0}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcome.Step:N0} steps in {outcome.Elapsed.TotalMinutes:0.0} minutes, {outcome.Engine?.Kind} engine, last loss {sampler.LastLoss:0.0000}; {verdict}; live tensors {growth:+0.0;-0.0;0.0}"));
        Console.WriteLine(problems.Count == 0 ? "passed" : $"FAILED: {string.Join(", ", problems)}");
        return problems.Count == 0;
    }

    private (string Name, string Value)[] Settings(string text, string run)
    {
        string Every(int parts) => Math.Max(1, steps / parts).ToString(CultureInfo.InvariantCulture);
        return
        [
            ("data", text), ("out", run), ("tokenizer", "characters"), ("layers", "1"), ("heads", "1"), ("embedding-width", "8"), ("mlp-width", "8"),
            ("context-length", "8"), ("batch-size", "1"), ("steps", steps.ToString(CultureInfo.InvariantCulture)), ("schedule", "constant"),
            ("learning-rate", "0.001"), ("checkpoint-interval", Every(100)), ("eval-interval", Every(100)), ("eval-batches", "2"), ("log-interval", Every(1000)),
            ("sample-tokens", "8"), ("sample-interval", Every(100)), ("keep-checkpoints", "2"), ("threads", "1"), ("device", "cpu"),
        ];
    }
}
