using System.Globalization;
using NGpt.Core.Errors;

namespace NGpt.Core.Sampling;

/// <summary>
/// How text is generated: one record for library, command line and server, passed on whole. Names, defaults and meaning
/// are llama.cpp's. The settings act in this order: penalties, top-k, top-p, min-p, temperature.
/// </summary>
public sealed record SamplingOptions
{
    /// <summary>Divides the logits at the end: below 1 sharpens, above 1 flattens. 0 takes the likeliest token always (greedy).</summary>
    public double Temperature { get; init; } = 0.8;

    /// <summary>Keeps this many of the likeliest tokens; 0 keeps all.</summary>
    public int TopK { get; init; } = 40;

    /// <summary>
    /// Keeps the fewest of the likeliest tokens whose probabilities (among those that top-k kept) reach this sum, at
    /// least one; 1 keeps all.
    /// </summary>
    public double TopP { get; init; } = 0.95;

    /// <summary>Keeps tokens at least this many times as likely as the likeliest; 0 keeps all.</summary>
    public double MinP { get; init; } = 0.05;

    /// <summary>Divides positive and multiplies negative logits of recent tokens; 1 changes nothing, above 1 discourages repetition.</summary>
    public double RepeatPenalty { get; init; } = 1.0;

    /// <summary>How many recent tokens the three penalties look at: 0 none, −1 all.</summary>
    public int RepeatLastN { get; init; } = 64;

    /// <summary>Subtracted once from the logit of each recent token.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>Subtracted from the logit of a recent token for each of its occurrences.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Where the random stream starts: the same seed and logits give the same text. −1 draws a seed.</summary>
    public long Seed { get; init; } = -1;

    /// <summary>The most tokens that are generated; 0 generates none (a prompt is then only scored).</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Whether generation goes on after the token that ends a document.</summary>
    public bool IgnoreEndOfText { get; init; }

    /// <summary>Texts at which generation ends; they are not part of the result.</summary>
    public StopStrings StopStrings { get; init; } = StopStrings.None;

    /// <summary>Whether the likeliest token is taken always, so that nothing is random.</summary>
    public bool IsGreedy => Temperature == 0;

    /// <summary>Checks every setting.</summary>
    /// <returns>One line for each problem, naming property, value and allowed range; empty when all is well.</returns>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [];
        Require(double.IsFinite(Temperature) && Temperature >= 0, nameof(Temperature), Temperature, "0 (greedy) or more");
        Require(TopK >= 0, nameof(TopK), TopK, "0 (all tokens) or more");
        Require(TopP is >= 0 and <= 1, nameof(TopP), TopP, "0 to 1 (off)");
        Require(MinP is >= 0 and <= 1, nameof(MinP), MinP, "0 (off) to 1");
        Require(double.IsFinite(RepeatPenalty) && RepeatPenalty > 0, nameof(RepeatPenalty), RepeatPenalty, "above 0, 1 is off");
        Require(RepeatLastN >= -1, nameof(RepeatLastN), RepeatLastN, "-1 (all tokens), 0 (none) or more");
        Require(double.IsFinite(PresencePenalty), nameof(PresencePenalty), PresencePenalty, "a finite number, 0 is off");
        Require(double.IsFinite(FrequencyPenalty), nameof(FrequencyPenalty), FrequencyPenalty, "a finite number, 0 is off");
        Require(Seed >= -1, nameof(Seed), Seed, "-1 (random), 0 or more");
        Require(MaxTokens >= 0, nameof(MaxTokens), MaxTokens, "0 or more");
        Require(StopStrings is not null, nameof(StopStrings), "null", "a list of texts");
        for (int i = 0; i < (StopStrings?.Count ?? 0); i++)
        {
            Require(StopStrings![i] is { Length: > 0 }, $"{nameof(StopStrings)}[{i}]", "empty", "a text of at least one character");
        }

        return problems;

        void Require(bool holds, string property, object value, string range)
        {
            if (!holds)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{property} is {value}; allowed: {range}"));
            }
        }
    }

    /// <summary>Refuses settings that are out of range.</summary>
    /// <exception cref="UsageException">Names every problem that <see cref="Validate"/> finds.</exception>
    public void RequireValid()
    {
        if (Validate() is { Count: > 0 } problems)
        {
            throw new UsageException($"wrong sampling settings: {string.Join("; ", problems)}", "give values in the ranges named");
        }
    }
}
