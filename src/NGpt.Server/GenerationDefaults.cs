using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Sampling;

namespace NGpt.Server;

/// <summary>The sampling settings that a model recommends in Hugging Face's <c>generation_config.json</c>.</summary>
public static class GenerationDefaults
{
    private const string FileName = "generation_config.json";
    private const string MaxTokensKey = "max_new_tokens";
    private const int MaxFileSize = 1 << 20;

    /// <summary>Reads the file beside a model, if there is one.</summary>
    /// <param name="path">A checkpoint folder, or a file in the folder.</param>
    /// <returns>The settings over OpenAI's defaults, and the maximum number of tokens where the file has it.</returns>
    /// <exception cref="FileFormatException">The file is damaged or a value is out of range.</exception>
    public static (SamplingOptions Sampling, int? MaxTokens) Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string file = Path.Combine(Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!, FileName);
        if (!File.Exists(file))
        {
            return (ServedModel.OpenAIDefaults, null);
        }

        if (new FileInfo(file).Length > MaxFileSize)
        {
            throw new FileFormatException(file, $"is larger than {MaxFileSize} bytes", "it should hold only a few settings");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { MaxDepth = 16 });
            JsonElement root = document.RootElement;
            SamplingOptions options = SamplingSetting.All.Where(setting => setting.GenerationConfigKey is not null).Aggregate(
                ServedModel.OpenAIDefaults, (options, setting) => Read(root, setting, options));
            bool hasMaxTokens = Find(root, MaxTokensKey) is not null;
            IReadOnlyList<(string Name, string Problem)> problems = options.Validate(setting => setting.GenerationConfigKey ?? setting.JsonName);
            return problems.Count == 0 ? (options, hasMaxTokens ? options.MaxTokens : null) : throw new FileFormatException(file, string.Join("; ", problems));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            throw new FileFormatException(file, $"cannot be read: {failure.Message}", "correct it or remove it", failure);
        }
    }

    private static SamplingOptions Read(JsonElement root, SamplingSetting setting, SamplingOptions options) => setting switch
    {
        SamplingSetting<double> number => Find(root, setting.GenerationConfigKey!) is JsonElement value ? number.With(options, value.GetDouble()) : options,
        SamplingSetting<int> integer => Find(root, setting.GenerationConfigKey!) is JsonElement value ? integer.With(options, value.GetInt32()) : options,
        _ => throw new NotSupportedException(setting.Property),
    };

    private static JsonElement? Find(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
