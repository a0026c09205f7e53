using System.CommandLine;
using NGpt.Core.Configuration;
using NGpt.Lab.TrainingBenchmarks;

namespace NGpt.Cli.Commands;

/// <summary>The options that say how large a benchmark's models and batches are: names of sizes, and single numbers that win over them.</summary>
internal sealed class BenchSizeOptions
{
    private readonly Option<string[]> _sizes = new("--size")
    {
        Description = $"{string.Join(", ", BenchmarkSizes.All.Select(size => size.Name))}; @LENGTH after it sets the context length, as in 6x384@4096; "
            + $"several are measured one after the other; default {BenchmarkSizes.Default.Name}",
        HelpName = "NAME,...",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly SettingOption _layers = new(ModelConfig.LayersSetting);
    private readonly SettingOption _width = new(ModelConfig.EmbeddingWidthSetting);
    private readonly SettingOption _heads = new(ModelConfig.HeadsSetting);
    private readonly SettingOption _mlpWidth = new(ModelConfig.MlpWidthSetting);
    private readonly SettingOption _context = new(ModelConfig.ContextLengthSetting);
    private readonly SettingOption _batch = new(TrainingConfig.BatchSizeSetting);
    private readonly Option<string?> _vocabulary = new("--vocabulary", "--vocab_size", "--vocab-size")
    {
        Description = "Number of tokens (V)",
        HelpName = "N",
    };

    /// <summary>All options, in the order of the help.</summary>
    public IEnumerable<Option> All => [_sizes, _layers, _width, _heads, _mlpWidth, _context, _batch, _vocabulary];

    /// <summary>Reads what was given.</summary>
    public IReadOnlyList<BenchmarkSize> Read(ParseResult result)
    {
        string[] names = WordList.Split(result.GetValue(_sizes));
        IEnumerable<BenchmarkSize> sizes = names.Length > 0 ? names.Select(BenchmarkSizes.Parse) : [BenchmarkSizes.Default];
        int? layers = Number(result, _layers);
        int? width = Number(result, _width);
        int? heads = Number(result, _heads);
        int? mlpWidth = Number(result, _mlpWidth);
        int? context = Number(result, _context);
        int? batch = Number(result, _batch);
        int? vocabulary = result.GetValue(_vocabulary) is string text ? SettingText.Read(ModelConfig.LayersSetting, _vocabulary.Name, text) : null;
        return [.. sizes.Select(Change).Distinct()];

        BenchmarkSize Change(BenchmarkSize size)
        {
            BenchmarkSize changed = size with
            {
                LayerCount = layers ?? size.LayerCount,
                EmbeddingWidth = width ?? size.EmbeddingWidth,
                HeadCount = heads ?? size.HeadCount,
                MlpWidth = mlpWidth ?? (int)Math.Clamp(4L * (width ?? size.EmbeddingWidth), 0, int.MaxValue),
                ContextLength = context ?? size.ContextLength,
                BatchSize = batch ?? size.BatchSize,
                VocabularySize = vocabulary ?? size.VocabularySize,
            };
            string suffix = context is not null ? $"@{context}" : size.Name.Contains('@', StringComparison.Ordinal) ? size.Name[size.Name.IndexOf('@', StringComparison.Ordinal)..] : "";
            return changed with { Name = $"{changed.LayerCount}x{changed.EmbeddingWidth}{suffix}" };
        }
    }

    private static int? Number(ParseResult result, SettingOption option) =>
        option.Given(result) is (string name, string text) ? SettingText.Read((Setting<int>)option.Setting, $"--{name}", text) : null;
}
