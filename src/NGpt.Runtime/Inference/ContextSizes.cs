using System.Globalization;
using NGpt.Core.Errors;

namespace NGpt.Runtime.Inference;

/// <summary>The sizes that a context can have. Within them every product of sizes is computed without overflow; whether there is memory for it is another question.</summary>
internal static class ContextSizes
{
    /// <summary>Refuses sizes that are out of range.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="contextLength">Tokens of each slot.</param>
    /// <param name="threads">Threads that compute.</param>
    /// <exception cref="UsageException">Names every size that is out of range.</exception>
    public static void RequireValid(ContextOptions options, int contextLength, int threads)
    {
        List<string> problems = [];
        Require(options.Slots, nameof(options.Slots), InferenceContext.MaxSlots);
        Require(contextLength, nameof(options.ContextLength), InferenceContext.MaxContextLength);
        Require(options.BatchTokens, nameof(options.BatchTokens), InferenceContext.MaxBatchTokens);
        Require(threads, nameof(options.Threads), InferenceContext.MaxThreads);
        if (problems.Count > 0)
        {
            throw new UsageException($"wrong sizes of a context: {string.Join("; ", problems)}", "give values in the ranges named");
        }

        void Require(int value, string property, int max)
        {
            if (value < 1 || value > max)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{property} is {value}; allowed: 1 to {max}"));
            }
        }
    }
}
