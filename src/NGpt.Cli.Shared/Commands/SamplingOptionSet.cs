using System.CommandLine;
using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Sampling;

namespace NGpt.Cli.Commands;

/// <summary>The options of every command that generates text: one for each property of <see cref="SamplingOptions"/>.</summary>
internal sealed class SamplingOptionSet
{
    private static readonly SamplingOptions Defaults = new();

    private readonly Option<double> _temperature = Number(
        "--temperature", Defaults.Temperature, "Below 1 sharpens, above 1 flattens, 0 takes the likeliest token always");

    private readonly Option<int> _topK = Integer("--top-k", Defaults.TopK, "Keep this many of the likeliest tokens, 0 for all");

    private readonly Option<double> _topP = Number("--top-p", Defaults.TopP, "Keep the likeliest tokens up to this sum of probabilities, 1 for all");

    private readonly Option<double> _minP = Number("--min-p", Defaults.MinP, "Keep tokens at least this many times as likely as the likeliest, 0 for all");

    private readonly Option<double> _repeatPenalty = Number("--repeat-penalty", Defaults.RepeatPenalty, "Discourage recent tokens, 1 for not at all");

    private readonly Option<int> _repeatLastN = Integer("--repeat-last-n", Defaults.RepeatLastN, "How many recent tokens the penalties look at, -1 for all");

    private readonly Option<double> _presencePenalty = Number("--presence-penalty", Defaults.PresencePenalty, "Subtracted once from the logit of a recent token");

    private readonly Option<double> _frequencyPenalty = Number(
        "--frequency-penalty", Defaults.FrequencyPenalty, "Subtracted from the logit of a recent token for each occurrence");

    private readonly Option<long> _seed = new("--seed")
    {
        HelpName = "N",
        DefaultValueFactory = _ => Defaults.Seed,
        Description = "The same seed, model and prompt give the same text, -1 for a random seed",
    };

    private readonly Option<int> _maxTokens = Integer("--max-tokens", Defaults.MaxTokens, "The most tokens to generate", "--n-predict");

    private readonly Option<bool> _ignoreEndOfText = new("--ignore-eos")
    {
        Description = "Go on after the token that ends a document",
    };

    private readonly Option<string[]> _stop = new("--stop")
    {
        HelpName = "TEXT",
        Description = "End where this text appears; may be given several times",
    };

    /// <summary>The options, in the order of the help.</summary>
    public IReadOnlyList<Option> All =>
    [
        _maxTokens, _temperature, _topK, _topP, _minP, _repeatPenalty, _repeatLastN, _presencePenalty, _frequencyPenalty, _seed, _ignoreEndOfText, _stop,
    ];

    /// <summary>What the person gave, over the defaults.</summary>
    /// <param name="result">A parsed command line whose command has these options.</param>
    /// <returns>Checked options.</returns>
    /// <exception cref="UsageException">A value is out of range; the message has all problems.</exception>
    public SamplingOptions Read(ParseResult result)
    {
        SamplingOptions options = new()
        {
            Temperature = result.GetValue(_temperature),
            TopK = result.GetValue(_topK),
            TopP = result.GetValue(_topP),
            MinP = result.GetValue(_minP),
            RepeatPenalty = result.GetValue(_repeatPenalty),
            RepeatLastN = result.GetValue(_repeatLastN),
            PresencePenalty = result.GetValue(_presencePenalty),
            FrequencyPenalty = result.GetValue(_frequencyPenalty),
            Seed = result.GetValue(_seed),
            MaxTokens = result.GetValue(_maxTokens),
            IgnoreEndOfText = result.GetValue(_ignoreEndOfText),
            StopStrings = result.GetValue(_stop) is string[] texts ? StopStrings.Create(texts) : StopStrings.None,
        };
        return options.Validate() is { Count: > 0 } problems
            ? throw new UsageException(string.Join("; ", problems.Select(AsOption)))
            : options;
    }

    // The record names its properties; a person gave options.
    private static string AsOption(string problem)
    {
        int end = problem.AsSpan().IndexOfAny(' ', '[');
        string property = problem[..end];
        string option = property == nameof(SamplingOptions.StopStrings) ? "stop" : JsonNamingPolicy.KebabCaseLower.ConvertName(property);
        return $"--{option}{problem[end..]}";
    }

    private static Option<double> Number(string name, double fallback, string description) => new(name)
    {
        HelpName = "X",
        DefaultValueFactory = _ => fallback,
        Description = description,
    };

    private static Option<int> Integer(string name, int fallback, string description, params string[] aliases) => new(name, aliases)
    {
        HelpName = "N",
        DefaultValueFactory = _ => fallback,
        Description = description,
    };
}
