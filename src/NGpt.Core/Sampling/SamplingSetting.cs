using System.Globalization;

namespace NGpt.Core.Sampling;

/// <summary>
/// One setting of <see cref="SamplingOptions"/>: its names, help and range, and how it is read and changed. The options of
/// the command line, <c>/set</c> of the chat, the fields of HTTP requests, <c>generation_config.json</c>, <c>/props</c> and
/// validation all derive from <see cref="All"/>: a new setting is a property of the record and an entry here.
/// </summary>
public abstract class SamplingSetting
{
    /// <summary>The settings, in the order of the help.</summary>
    public static IReadOnlyList<SamplingSetting> All { get; } =
    [
        new SamplingSetting<int>
        {
            Property = nameof(SamplingOptions.MaxTokens),
            Name = "max-tokens",
            Alias = "n-predict",
            JsonAliases = ["max_completion_tokens", "n_predict"],
            GenerationConfigKey = "max_new_tokens",
            Help = "Maximum number of tokens to generate",
            Range = "0 or more",
            Accepts = value => value >= 0,
            Get = options => options.MaxTokens,
            With = (options, value) => options with { MaxTokens = value },
        },
        new SamplingSetting<double>
        {
            Property = nameof(SamplingOptions.Temperature),
            Name = "temperature",
            GenerationConfigKey = "temperature",
            Help = "Below 1 sharpens the distribution, above 1 flattens it, 0 is greedy",
            Range = "0 or more, 0 is greedy",
            Accepts = value => double.IsFinite(value) && value >= 0,
            Get = options => options.Temperature,
            With = (options, value) => options with { Temperature = value },
        },
        new SamplingSetting<int>
        {
            Property = nameof(SamplingOptions.TopK),
            Name = "top-k",
            GenerationConfigKey = "top_k",
            Help = "Sample from the k most probable tokens, 0 for all",
            Range = "0 or more, 0 for all tokens",
            NoEffect = Greedy,
            Accepts = value => value >= 0,
            Get = options => options.TopK,
            With = (options, value) => options with { TopK = value },
        },
        new SamplingSetting<double>
        {
            Property = nameof(SamplingOptions.TopP),
            Name = "top-p",
            GenerationConfigKey = "top_p",
            Help = "Sample from the most probable tokens up to this cumulative probability, 1 for all",
            Range = "0 to 1, 1 is off",
            NoEffect = Greedy,
            Accepts = value => value is >= 0 and <= 1,
            Get = options => options.TopP,
            With = (options, value) => options with { TopP = value },
        },
        new SamplingSetting<double>
        {
            Property = nameof(SamplingOptions.MinP),
            Name = "min-p",
            GenerationConfigKey = "min_p",
            Help = "Minimum probability of a token relative to the most probable one, 0 for all",
            Range = "0 to 1, 0 is off",
            NoEffect = Greedy,
            Accepts = value => value is >= 0 and <= 1,
            Get = options => options.MinP,
            With = (options, value) => options with { MinP = value },
        },
        new SamplingSetting<double>
        {
            Property = nameof(SamplingOptions.RepeatPenalty),
            Name = "repeat-penalty",
            JsonAliases = ["repetition_penalty"],
            GenerationConfigKey = "repetition_penalty",
            Help = "Penalty of recent tokens, 1 is off",
            Range = "above 0, 1 is off",
            Accepts = value => double.IsFinite(value) && value > 0,
            Get = options => options.RepeatPenalty,
            With = (options, value) => options with { RepeatPenalty = value },
        },
        new SamplingSetting<int>
        {
            Property = nameof(SamplingOptions.RepeatLastN),
            Name = "repeat-last-n",
            Help = "Number of recent tokens that the repeat penalty applies to, -1 for all",
            Range = "-1 or more, -1 for all tokens",
            NoEffect = options => options.RepeatPenalty == 1 ? "the repeat penalty is off" : null,
            Accepts = value => value >= -1,
            Get = options => options.RepeatLastN,
            With = (options, value) => options with { RepeatLastN = value },
        },
        new SamplingSetting<double>
        {
            Property = nameof(SamplingOptions.PresencePenalty),
            Name = "presence-penalty",
            Help = "Subtracted once from the logit of a generated token",
            Range = "a finite number, 0 is off",
            Accepts = double.IsFinite,
            Get = options => options.PresencePenalty,
            With = (options, value) => options with { PresencePenalty = value },
        },
        new SamplingSetting<double>
        {
            Property = nameof(SamplingOptions.FrequencyPenalty),
            Name = "frequency-penalty",
            Help = "Subtracted from the logit of a generated token for each occurrence",
            Range = "a finite number, 0 is off",
            Accepts = double.IsFinite,
            Get = options => options.FrequencyPenalty,
            With = (options, value) => options with { FrequencyPenalty = value },
        },
        new SamplingSetting<long>
        {
            Property = nameof(SamplingOptions.Seed),
            Name = "seed",
            Help = "The same seed, model and prompt give the same text, -1 for a random seed",
            Range = "-1 or more, -1 for a random seed",
            NoEffect = Greedy,
            Accepts = value => value >= -1,
            Get = options => options.Seed,
            With = (options, value) => options with { Seed = value },
        },
        new SamplingSetting<bool>
        {
            Property = nameof(SamplingOptions.IgnoreEndOfText),
            Name = "ignore-eos",
            Help = "Continue after the end-of-text token",
            Range = "true or false",
            Accepts = _ => true,
            Get = options => options.IgnoreEndOfText,
            With = (options, value) => options with { IgnoreEndOfText = value },
        },
        new SamplingSetting<StopStrings>
        {
            Property = nameof(SamplingOptions.StopStrings),
            Name = "stop",
            Help = "Stop string, which ends the text; may be given several times",
            Range = "strings of at least one character",
            Accepts = value => value is not null && value.All(stop => stop is { Length: > 0 }),
            Get = options => options.StopStrings,
            With = (options, value) => options with { StopStrings = value },
        },
    ];

    /// <summary>The name of the property of <see cref="SamplingOptions"/>.</summary>
    public required string Property { get; init; }

    /// <summary>The name of the command-line option without its dashes, such as <c>top-k</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Another name of the command-line option, without its dashes; null where there is none.</summary>
    public string? Alias { get; init; }

    /// <summary>The name in HTTP requests and answers, such as <c>top_k</c>.</summary>
    public string JsonName => Name.Replace('-', '_');

    /// <summary>Other names in HTTP requests.</summary>
    public IReadOnlyList<string> JsonAliases { get; init; } = [];

    /// <summary>The key in Hugging Face's <c>generation_config.json</c>; null where that has no such setting.</summary>
    public string? GenerationConfigKey { get; init; }

    /// <summary>One line for the help of the command line.</summary>
    public required string Help { get; init; }

    /// <summary>The accepted values, as error messages name them.</summary>
    public required string Range { get; init; }

    /// <summary>Why the value changes nothing beside the other settings, in a few words; null where it has an effect.</summary>
    public Func<SamplingOptions, string?> NoEffect { get; init; } = _ => null;

    /// <summary>Whether the setting's value is in its range.</summary>
    /// <param name="options">The options that hold the value.</param>
    public abstract bool IsValid(SamplingOptions options);

    /// <summary>The setting's value as text that does not depend on the culture.</summary>
    /// <param name="options">The options that hold the value.</param>
    public abstract string Format(SamplingOptions options);

    private static string? Greedy(SamplingOptions options) => options.IsGreedy ? "decoding at temperature 0 is greedy" : null;
}

/// <summary>A setting whose values have the type <typeparamref name="T"/>.</summary>
/// <typeparam name="T"><see cref="double"/>, <see cref="int"/>, <see cref="long"/>, <see cref="bool"/> or <see cref="StopStrings"/>.</typeparam>
public sealed class SamplingSetting<T> : SamplingSetting
{
    /// <summary>Whether a value is in the range.</summary>
    public required Func<T, bool> Accepts { get; init; }

    /// <summary>Reads the value.</summary>
    public required Func<SamplingOptions, T> Get { get; init; }

    /// <summary>Returns options with another value, which need not be in the range.</summary>
    public required Func<SamplingOptions, T, SamplingOptions> With { get; init; }

    /// <inheritdoc/>
    public override bool IsValid(SamplingOptions options) => Accepts(Get(options));

    /// <inheritdoc/>
    public override string Format(SamplingOptions options) => Get(options) switch
    {
        null => "null",
        bool value => value ? "true" : "false",
        T value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
