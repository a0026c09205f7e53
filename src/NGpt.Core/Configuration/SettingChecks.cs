using System.Globalization;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Configuration;

/// <summary>What is wrong with the words that some settings take, or null.</summary>
internal static class SettingChecks
{
    public static string? Tokenizer(string word)
    {
        try
        {
            _ = TokenizerChoice.Parse(word);
            return null;
        }
        catch (UsageException problem)
        {
            return problem.Remedy is string remedy ? $"{problem.Message}; {remedy}" : problem.Message;
        }
    }

    public static string? Device(string word) =>
        word.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(word.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < 1024
                ? null
                : OneOf(word, "auto", "cpu", "cuda", "cuda:N");

    public static string? DataType(string word) => word switch
    {
        "fp16" or "float16" or "half" => $"{word} is not supported; use bf16 or float32",
        "fp32" => "use float32 for fp32",
        "bfloat16" => null,
        _ => OneOf(word, "auto", "bf16", "float32"),
    };

    public static string? Engine(string word) => OneOf(word, "auto", "fast", "plain");

    private static string? OneOf(string word, params string[] allowed)
    {
        if (Array.IndexOf(allowed, word) >= 0 && word != "cuda:n")
        {
            return null;
        }

        string hint = Spelling.Nearest(word, allowed) is string nearest ? $" (did you mean {nearest}?)" : "";
        return $"\"{word}\" is not one of {string.Join(", ", allowed)}{hint}";
    }
}
