using System.Text.Json;
using NGpt.Core.Tokenizers.Normalization;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>From <c>normalizer</c> to the steps that change a text.</summary>
internal sealed class NormalizerReader(JsonChecks checks)
{
    private readonly PatternReader _patterns = new(checks);
    private readonly StepCounter _steps = new(checks, "normalizer");

    /// <summary>Reads the normalizer; null where there is none.</summary>
    public Normalizer? Read(JsonElement root)
    {
        List<Normalizer> steps = [];
        if (root.TryGetProperty("normalizer", out JsonElement normalizer) && normalizer.ValueKind != JsonValueKind.Null)
        {
            Add(normalizer, steps);
        }

        return steps.Count switch { 0 => null, 1 => steps[0], _ => new NormalizerSequence(steps) };
    }

    private void Add(JsonElement element, List<Normalizer> steps)
    {
        string type = JsonChecks.TypeOf(element);
        if (type == "Sequence")
        {
            foreach (JsonElement step in checks.Objects(element, "normalizers"))
            {
                Add(step, steps);
            }

            return;
        }

        _steps.Count();
        steps.Add(type switch
        {
            "NFC" => new UnicodeForm(composes: true, isCompatible: false),
            "NFD" => new UnicodeForm(composes: false, isCompatible: false),
            "NFKC" => new UnicodeForm(composes: true, isCompatible: true),
            "NFKD" => new UnicodeForm(composes: false, isCompatible: true),
            "Lowercase" => new LowercaseNormalizer(),
            "StripAccents" => new StripAccentsNormalizer(),
            "ByteLevel" => new ByteLevelNormalizer(),
            "Prepend" => new PrependNormalizer(checks.ShortText(element, "prepend")),
            "Replace" => new ReplaceNormalizer(_patterns.Matcher(element), checks.ShortText(element, "content")),
            "Strip" => new StripNormalizer(checks.Flag(element, "strip_left", missing: true), checks.Flag(element, "strip_right", missing: true)),
            _ => throw checks.Failure($"a normalizer \"{type}\" is not supported"),
        });
    }
}

/// <summary>Limits the steps of a file.</summary>
internal sealed class StepCounter(JsonChecks checks, string what)
{
    private const int MaxSteps = 100;
    private int _count;

    /// <summary>Counts a step.</summary>
    public void Count() => checks.Require(++_count <= MaxSteps, $"the {what} has more than {MaxSteps} steps");
}
