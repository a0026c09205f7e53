using NGpt.Core.Errors;

namespace NGpt.Core.Sampling;

/// <summary>
/// How text is generated: one record for library, command line and server, passed on whole. Names, defaults and meaning
/// are llama.cpp's. They apply in this order: penalties, top-k, top-p, min-p, temperature. <see cref="SamplingSetting"/> describes
/// each setting for the command line, HTTP and files.
/// </summary>
public sealed record SamplingOptions
{
    /// <summary>Divides the logits at the end: below 1 sharpens the distribution, above 1 flattens it. 0 always takes the most probable token (greedy).</summary>
    public double Temperature { get; init; } = 0.8;

    /// <summary>Samples from the k most probable tokens; 0 keeps all.</summary>
    public int TopK { get; init; } = 40;

    /// <summary>
    /// Samples from the smallest set of most probable tokens whose cumulative probability (among those that top-k kept)
    /// reaches p, at least one; 1 keeps all.
    /// </summary>
    public double TopP { get; init; } = 0.95;

    /// <summary>Minimum probability of a token relative to the most probable one; 0 keeps all.</summary>
    public double MinP { get; init; } = 0.05;

    /// <summary>Divides positive and multiplies negative logits of recent tokens; 1 changes nothing, above 1 discourages repetition.</summary>
    public double RepeatPenalty { get; init; } = 1.0;

    /// <summary>Number of recent tokens, those of the prompt included, that the repeat penalty applies to: 0 none, −1 all.</summary>
    public int RepeatLastN { get; init; } = 64;

    /// <summary>Subtracted once from the logit of each generated token; the prompt does not count.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>Subtracted from the logit of a generated token for each of its occurrences; the prompt does not count.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Seed of the random stream: the same seed and logits give the same text. −1 draws a seed.</summary>
    public long Seed { get; init; } = -1;

    /// <summary>Maximum number of generated tokens; 0 generates none (a prompt is then only scored).</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Whether generation continues after the end-of-text token.</summary>
    public bool IgnoreEndOfText { get; init; }

    /// <summary>Strings that end the generation; they are not part of the result.</summary>
    public StopStrings StopStrings { get; init; } = StopStrings.None;

    /// <summary>Whether decoding is greedy: the most probable token is always taken.</summary>
    public bool IsGreedy => Temperature == 0;

    /// <summary>Checks every setting.</summary>
    /// <returns>One line for each problem, naming property, value and accepted range; empty when the options are valid.</returns>
    public IReadOnlyList<string> Validate() => [.. Validate(setting => setting.Property).Select(problem => $"{problem.Name} {problem.Problem}")];

    /// <summary>Checks every setting, under the names by which the caller knows them.</summary>
    /// <param name="nameOf">The name of a setting, such as its option or its HTTP field.</param>
    /// <returns>Name and problem of each invalid setting; the name of a stop string ends with its index.</returns>
    public IReadOnlyList<(string Name, string Problem)> Validate(Func<SamplingSetting, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(nameOf);
        List<(string Name, string Problem)> problems = [];
        foreach (SamplingSetting setting in SamplingSetting.All.Where(setting => !setting.IsValid(this)))
        {
            if (setting is SamplingSetting<StopStrings> && StopStrings is not null)
            {
                problems.AddRange(StopStrings.Index().Where(stop => string.IsNullOrEmpty(stop.Item))
                    .Select(stop => ($"{nameOf(setting)}[{stop.Index}]", $"is empty; allowed: {setting.Range}")));
            }
            else
            {
                problems.Add((nameOf(setting), $"is {setting.Format(this)}; allowed: {setting.Range}"));
            }
        }

        return problems;
    }

    /// <summary>Rejects settings that are out of range.</summary>
    /// <exception cref="UsageException">Names every problem that <see cref="Validate()"/> finds.</exception>
    public void ThrowIfInvalid()
    {
        if (Validate() is { Count: > 0 } problems)
        {
            throw new UsageException($"invalid sampling settings: {string.Join("; ", problems)}", "give values in the ranges named");
        }
    }
}
