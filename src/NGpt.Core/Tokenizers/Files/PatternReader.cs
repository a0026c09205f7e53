using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers.Splitting;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>From the <c>pattern</c> of a step, a string or a regular expression, to what finds it.</summary>
internal sealed class PatternReader(JsonChecks checks)
{
    /// <summary>What finds the pattern of a step.</summary>
    public ITextMatcher Matcher(JsonElement step)
    {
        (string? text, string? expression) = Read(step);
        if (expression is null)
        {
            return new LiteralMatcher(text!);
        }

        try
        {
            return new ExpressionMatcher(expression);
        }
        catch (ArgumentException error)
        {
            throw Unusable(step, error);
        }
    }

    /// <summary>The split pattern of a step's regular expression; null where it is a string.</summary>
    public SplitPattern? Pattern(JsonElement step)
    {
        try
        {
            return Read(step).Expression is string expression ? SplitPattern.OfExpression(expression) : null;
        }
        catch (ArgumentException error)
        {
            throw Unusable(step, error);
        }
    }

    private FileFormatException Unusable(JsonElement step, ArgumentException error) =>
        checks.Failure($"the \"Regex\" of \"{JsonChecks.TypeOf(step)}\" cannot be used: {error.Message.TrimEnd('.')}");

    private (string? Text, string? Expression) Read(JsonElement step)
    {
        bool isObject = step.TryGetProperty("pattern", out JsonElement pattern) && pattern.ValueKind == JsonValueKind.Object;
        string? text = isObject ? JsonChecks.Text(pattern, "String") : null;
        string? expression = isObject ? JsonChecks.Text(pattern, "Regex") : null;
        checks.Require(text is not null || expression is not null, $"the \"pattern\" of \"{JsonChecks.TypeOf(step)}\" is neither a \"String\" nor a \"Regex\"");
        return (text, expression);
    }
}
