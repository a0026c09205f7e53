using NGpt.Core.Numerics;
using NGpt.Core.Sampling;

namespace NGpt.Core.Tests.Sampling;

/// <summary>The sampler in its plainest form: every step sorts everything, in float64. The standard that the fast one is held to.</summary>
internal static class ReferenceSampler
{
    /// <summary>The candidates that are left, in the order they are drawn from, with their final probabilities.</summary>
    public static List<(int Id, double Probability)> Distribution(SamplingOptions options, float[] logits, int[] history, int promptTokens = 0)
    {
        List<(int Id, double Logit)> candidates = [.. Penalized(options, logits, history, promptTokens).Select((logit, id) => (id, (double)logit))];

        // Without top-k and top-p nothing is sorted.
        if ((options.TopK > 0 && options.TopK < logits.Length) || options.TopP < 1)
        {
            candidates = [.. candidates.OrderByDescending(c => c.Logit).ThenBy(c => c.Id)];
        }

        if (options.TopK > 0)
        {
            candidates = [.. candidates.Take(options.TopK)];
        }

        if (options.TopP < 1)
        {
            double[] probabilities = Softmax([.. candidates.Select(c => c.Logit)]);
            int kept = 0;
            double sum = 0;
            do
            {
                sum += probabilities[kept++];
            }
            while (kept < candidates.Count && sum < options.TopP);
            candidates = [.. candidates.Take(kept)];
        }

        if (options.MinP > 0)
        {
            double[] probabilities = Softmax([.. candidates.Select(c => c.Logit)]);
            double smallest = options.MinP * probabilities.Max();
            candidates = [.. candidates.Where((_, i) => probabilities[i] >= smallest)];
        }

        double[] final = Softmax([.. candidates.Select(c => c.Logit / options.Temperature)]);
        return [.. candidates.Select((c, i) => (c.Id, final[i]))];
    }

    public static int Sample(SamplingOptions options, float[] logits, int[] history, SplitMix64 random, int promptTokens = 0)
    {
        if (options.Temperature == 0)
        {
            float[] penalized = Penalized(options, logits, history, promptTokens);
            return Array.IndexOf(penalized, penalized.Max());
        }

        List<(int Id, double Probability)> distribution = Distribution(options, logits, history, promptTokens);
        double uniform = random.NextDouble();
        double sum = 0;
        foreach ((int id, double probability) in distribution)
        {
            sum += probability;
            if (uniform < sum)
            {
                return id;
            }
        }

        return distribution.Last(c => c.Probability > 0).Id;
    }

    private static float[] Penalized(SamplingOptions options, float[] logits, int[] history, int promptTokens)
    {
        int[] recent = options.RepeatLastN < 0 ? history : [.. history.TakeLast(options.RepeatLastN)];
        int[] generated = [.. history.Skip(promptTokens)];
        float[] result = [.. logits];
        foreach (int token in history.Distinct())
        {
            double logit = logits[token];
            if (recent.Contains(token))
            {
                logit = logit > 0 ? logit / options.RepeatPenalty : logit * options.RepeatPenalty;
            }

            int count = generated.Count(other => other == token);
            logit -= (count * options.FrequencyPenalty) + (count > 0 ? options.PresencePenalty : 0);
            result[token] = (float)logit;
        }

        return result;
    }

    private static double[] Softmax(double[] values)
    {
        double max = values.Max();
        double[] weights = [.. values.Select(v => Math.Exp(v - max))];
        double sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }
}
