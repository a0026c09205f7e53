using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Sampling;

namespace NGpt.Server;

/// <summary>The sampling settings that a model's folder recommends, in Hugging Face's <c>generation_config.json</c>.</summary>
public static class GenerationDefaults
{
    private const string FileName = "generation_config.json";
    private const int MaxFileSize = 1 << 20;

    /// <summary>Reads the file beside a model, where there is one.</summary>
    /// <param name="path">A checkpoint folder, or a file in the folder.</param>
    /// <returns>The settings over OpenAI's defaults, and the most tokens of a text where the file says so.</returns>
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
            throw new FileFormatException(file, $"is larger than {MaxFileSize} bytes", "it should hold a few settings");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { MaxDepth = 16 });
            JsonElement root = document.RootElement;
            SamplingOptions standard = ServedModel.OpenAIDefaults;
            SamplingOptions options = standard with
            {
                Temperature = Number(root, "temperature") ?? standard.Temperature,
                TopK = Integer(root, "top_k") ?? standard.TopK,
                TopP = Number(root, "top_p") ?? standard.TopP,
                MinP = Number(root, "min_p") ?? standard.MinP,
                RepeatPenalty = Number(root, "repetition_penalty") ?? standard.RepeatPenalty,
            };
            int? maxTokens = Integer(root, "max_new_tokens");
            IReadOnlyList<string> problems = (options with { MaxTokens = maxTokens ?? 1 }).Validate();
            return problems.Count == 0 ? (options, maxTokens) : throw new FileFormatException(file, string.Join("; ", problems));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            throw new FileFormatException(file, $"cannot be read: {failure.Message}", "correct it or remove it", failure);
        }
    }

    private static double? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.GetDouble() : null;

    private static int? Integer(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.GetInt32() : null;
}
