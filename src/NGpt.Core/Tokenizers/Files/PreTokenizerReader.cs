using System.Text.Json;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>From <c>pre_tokenizer</c> to a pattern: ByteLevel alone, or Split by an expression and then ByteLevel.</summary>
internal sealed class PreTokenizerReader(JsonChecks checks)
{
    /// <summary>Reads the pre-tokenizer of a byte-level model.</summary>
    public SplitPattern Read(JsonElement root)
    {
        string type = JsonChecks.TypeOf(root, "pre_tokenizer");
        if (type == "ByteLevel")
        {
            return ByteLevel(root.GetProperty("pre_tokenizer")) ? SplitPattern.Gpt2 : SplitPattern.None;
        }

        checks.Require(type == "Sequence", $"a pre-tokenizer \"{type}\" is not supported");
        JsonElement[] parts = [.. checks.Objects(root.GetProperty("pre_tokenizer"), "pretokenizers")];
        string[] types = [.. parts.Select(JsonChecks.TypeOf)];
        checks.Require(types is ["Split", "ByteLevel"] or ["ByteLevel"], $"a pre-tokenizer of \"{string.Join("\", \"", types)}\" is not supported");
        bool alsoGpt2 = ByteLevel(parts[^1]);
        if (types.Length == 1)
        {
            return alsoGpt2 ? SplitPattern.Gpt2 : SplitPattern.None;
        }

        checks.Require(!alsoGpt2, "the pre-tokenizer's \"use_regex\" must be false after a \"Split\"");
        return Split(parts[0]);
    }

    /// <summary>True where ByteLevel cuts by GPT-2's pattern, which it does unless it is told not to.</summary>
    private bool ByteLevel(JsonElement element)
    {
        checks.Require(!checks.Flag(element, "add_prefix_space", missing: true), "the pre-tokenizer's \"add_prefix_space\" must be false");
        return checks.Flag(element, "use_regex", missing: true);
    }

    private SplitPattern Split(JsonElement element)
    {
        string? expression = element.TryGetProperty("pattern", out JsonElement pattern) && pattern.ValueKind == JsonValueKind.Object
            ? JsonChecks.Text(pattern, "Regex")
            : null;
        checks.Require(!string.IsNullOrEmpty(expression), "the \"pattern\" of \"Split\" is not a \"Regex\"");
        SplitPattern split;
        try
        {
            split = SplitPattern.OfExpression(expression!);
        }
        catch (ArgumentException error)
        {
            throw checks.Failure($"the \"Regex\" of \"Split\" cannot be used: {error.Message}");
        }

        string behavior = JsonChecks.Text(element, "behavior") ?? "unnamed";
        bool invert = checks.Flag(element, "invert", missing: false);
        // Matches alone, of an expression that matches everything, are the same as matches and what lies between them.
        bool isolates = (behavior == "Isolated" && !invert) || (behavior == "Removed" && invert && split.CoversEverything);
        checks.Require(isolates, $"the \"behavior\" \"{behavior}\"{(invert ? " with \"invert\"" : string.Empty)} of \"Split\" is not supported");
        return split;
    }
}
