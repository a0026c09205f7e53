using System.CommandLine;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Quantization;
using NGpt.Runtime.Benchmarks;

namespace NGpt.Cli.Commands;

/// <summary>The options of <c>ngpt bench</c>.</summary>
internal sealed class InferenceBenchmarkSettings
{
    private static readonly InferenceBenchmarkOptions Defaults = new();

    private readonly Option<string[]> _types = new("--types")
    {
        Description = $"Types of the weights: {string.Join(", ", Enum.GetValues<WeightType>().Select(type => type.Name()))}; default all",
        HelpName = "NAME,...",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _contexts = new("--context")
    {
        Description = $"Tokens before those that are decoded; default {string.Join(",", Defaults.Contexts)}",
        HelpName = "N,...",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> _prompt = Integer("--prompt", Defaults.PromptTokens, "Tokens of the prompt that is read");
    private readonly Option<int> _tokens = Integer("--tokens", Defaults.DecodeTokens, "Tokens decoded in one measurement");
    private readonly Option<int> _rounds = Integer("--rounds", Defaults.Rounds, "Measurements of each figure, taken in turns");
    private readonly Option<int?> _threads = ThreadOption.Create();
    private readonly Option<string?> _cacheType = CacheTypeOption.Create();
    private readonly Option<string> _architecture = new("--arch")
    {
        Description = "Without a model: ngpt or gpt",
        HelpName = "NAME",
        DefaultValueFactory = _ => Architecture.NGpt.Name(),
    };

    private readonly Option<int?> _layers = new("--layers") { Description = "Without a model: number of layers; default 12", HelpName = "N" };
    private readonly Option<int?> _width = new("--embedding-width") { Description = "Without a model: width; default 768", HelpName = "N" };
    private readonly Option<int?> _heads = new("--heads") { Description = "Without a model: attention heads; default width / 64", HelpName = "N" };
    private readonly Option<int?> _vocabulary = new("--vocabulary-size") { Description = "Without a model: number of tokens; default 32000", HelpName = "N" };

    /// <summary>The options, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [_types, _contexts, _prompt, _tokens, _rounds, _threads, _cacheType, _architecture, _layers, _width, _heads, _vocabulary];

    /// <summary>What is to be measured.</summary>
    public InferenceBenchmarkOptions Read(ParseResult result)
    {
        List<string> problems = [];
        InferenceBenchmarkOptions options = new()
        {
            Types = [.. WordList.Split(result.GetValue(_types)).Select(word => Type(word, problems))],
            Contexts = WordList.Split(result.GetValue(_contexts)) is { Length: > 0 } words ? [.. words.Select(word => Context(word, problems))] : Defaults.Contexts,
            PromptTokens = result.GetValue(_prompt),
            DecodeTokens = result.GetValue(_tokens),
            Rounds = result.GetValue(_rounds),
            Threads = ThreadOption.Read(result, _threads),
            CacheType = CacheTypeOption.Read(result, _cacheType),
        };
        return problems.Count == 0 ? options : throw new UsageException(string.Join("; ", problems));
    }

    /// <summary>The shape that is measured where no model is given.</summary>
    public ModelConfig Shape(ParseResult result)
    {
        string name = result.GetValue(_architecture)!;
        Architecture[] named = [.. Enum.GetValues<Architecture>().Where(candidate => candidate.Name() == name)];
        Architecture architecture = named is [Architecture only] ? only : throw new UsageException($"--arch \"{name}\" is neither ngpt nor gpt");

        ModelConfig shape = InferenceBenchmarkOptions.Shape(architecture);
        int width = result.GetValue(_width) ?? shape.EmbeddingWidth;
        return shape with
        {
            LayerCount = result.GetValue(_layers) ?? shape.LayerCount,
            EmbeddingWidth = width,
            HeadCount = result.GetValue(_heads) ?? Math.Max(1, width / 64),
            MlpWidth = (int)Math.Clamp(4L * width, 0, int.MaxValue),
            VocabularySize = result.GetValue(_vocabulary) ?? shape.VocabularySize,
            Scales = architecture == Architecture.NGpt ? NGptScales.Published(Math.Max(1, width)) : null,
        };
    }

    /// <summary>The options that only matter without a model, where they were given.</summary>
    public IEnumerable<string> GivenShape(ParseResult result) => ((IEnumerable<Option>)[_architecture, _layers, _width, _heads, _vocabulary])
        .Where(option => result.GetResult(option) is { Implicit: false }).Select(option => option.Name);

    private static WeightType Type(string word, List<string> problems)
    {
        if (!WeightTypes.TryParse(word, out WeightType type))
        {
            problems.Add($"--types \"{word}\" is none of {string.Join(", ", Enum.GetValues<WeightType>().Select(known => known.Name()))}");
        }

        return type;
    }

    private static int Context(string word, List<string> problems)
    {
        if (!int.TryParse(word, System.Globalization.NumberStyles.None, null, out int context))
        {
            problems.Add($"--context \"{word}\" is not an integer");
        }

        return context;
    }

    private static Option<int> Integer(string name, int fallback, string description) => new(name)
    {
        Description = $"{description}; default {fallback}",
        HelpName = "N",
        DefaultValueFactory = _ => fallback,
    };
}
