using System.Text;
using System.Text.Json;
using NGpt.Core.Tokenizers.Decoding;
using NGpt.Core.Tokenizers.PreTokenizers;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>From <c>decoder</c> to the steps that make text of tokens.</summary>
internal sealed class DecoderReader(JsonChecks checks)
{
    private const int MaxStripped = 1000;

    private readonly PatternReader _patterns = new(checks);
    private readonly StepCounter _counter = new(checks, "decoder");
    private readonly List<DecoderStep> _steps = [];

    /// <summary>Reads the steps; none where tokens stand side by side with spaces between them.</summary>
    public List<DecoderStep> Read(JsonElement root)
    {
        if (root.TryGetProperty("decoder", out JsonElement decoder) && decoder.ValueKind != JsonValueKind.Null)
        {
            Add(decoder);
        }

        return _steps;
    }

    private void Add(JsonElement element)
    {
        string type = JsonChecks.TypeOf(element);
        _counter.Count();
        switch (type)
        {
            case "Sequence":
                foreach (JsonElement step in checks.Objects(element, "decoders"))
                {
                    Add(step);
                }

                break;
            case "Metaspace":
                (Rune mark, PrependScheme prepend) = PreTokenizerReader.Metaspace(element, checks);
                _steps.Add(new MetaspaceStep(mark, isPrepended: prepend != PrependScheme.Never));
                break;
            default:
                _steps.Add(type switch
                {
                    "ByteLevel" => new ByteLevelStep(),
                    "ByteFallback" => new ByteFallbackStep(),
                    "Fuse" => new FuseStep(),
                    "Replace" => new ReplaceStep(_patterns.Matcher(element), checks.ShortText(element, "content")),
                    "Strip" => Strip(element),
                    "BPEDecoder" => new WordEndStep(element.TryGetProperty("suffix", out _) ? checks.ShortText(element, "suffix") : "</w>"),
                    _ => throw checks.Failure($"a decoder \"{type}\" is not supported"),
                });
                break;
        }
    }

    private StripStep Strip(JsonElement element)
    {
        string text = checks.ShortText(element, "content");
        return Rune.TryGetRuneAt(text.Length == 0 ? "\uD800" : text, 0, out Rune character) && character.Utf16SequenceLength == text.Length
            ? new StripStep(character, Count(element, "start"), Count(element, "stop"))
            : throw checks.Failure("the \"content\" of \"Strip\" is not one character");
    }

    private int Count(JsonElement element, string property) =>
        element.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int count) && count is >= 0 and <= MaxStripped
            ? count
            : throw checks.Failure($"the \"{property}\" of \"Strip\" is not a number from 0 to {MaxStripped:N0}");
}
