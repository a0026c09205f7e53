using System.Text;
using System.Text.Json;
using NGpt.Core.Tokenizers.PreTokenizers;
using NGpt.Core.Tokenizers.Splitting;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>From <c>pre_tokenizer</c> to the steps that cut a text.</summary>
internal sealed class PreTokenizerReader(JsonChecks checks)
{
    private readonly PatternReader _patterns = new(checks);
    private readonly StepCounter _counter = new(checks, "pre-tokenizer");
    private readonly List<PreTokenizer> _steps = [];

    /// <summary>Reads the steps; none where the text is one piece.</summary>
    public List<PreTokenizer> Read(JsonElement root)
    {
        if (root.TryGetProperty("pre_tokenizer", out JsonElement preTokenizer) && preTokenizer.ValueKind != JsonValueKind.Null)
        {
            Add(preTokenizer);
        }

        return _steps;
    }

    /// <summary>Reads what <c>Metaspace</c> says, in a pre-tokenizer or a decoder.</summary>
    internal static (Rune Mark, PrependScheme Prepend) Metaspace(JsonElement element, JsonChecks checks)
    {
        string text = JsonChecks.Text(element, "replacement") ?? "▁";
        if (!Rune.TryGetRuneAt(text.Length == 0 ? "\uD800" : text, 0, out Rune mark) || mark.Utf16SequenceLength != text.Length)
        {
            throw checks.Failure("the \"replacement\" of \"Metaspace\" is not one character");
        }

        bool isPrepended = checks.Flag(element, "add_prefix_space", missing: true);
        string scheme = JsonChecks.Text(element, "prepend_scheme") ?? (isPrepended ? "always" : "never");
        return (mark, scheme switch
        {
            "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            _ => throw checks.Failure($"the \"prepend_scheme\" \"{scheme}\" is not supported"),
        });
    }

    private void Add(JsonElement element)
    {
        string type = JsonChecks.TypeOf(element);
        _counter.Count();
        switch (type)
        {
            case "Sequence":
                foreach (JsonElement step in checks.Objects(element, "pretokenizers"))
                {
                    Add(step);
                }

                break;
            case "ByteLevel":
                AddByteLevel(element);
                break;
            case "Split":
                _steps.Add(Split(element));
                break;
            case "Digits":
                Add(CharacterSets.IsNumber, checks.Flag(element, "individual_digits", missing: false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous);
                break;
            case "Punctuation":
                Add(CharacterSets.IsPunctuation, Behavior(element, missing: "Isolated"));
                break;
            case "Whitespace":
                _steps.Add(new MatchSplit(new ExpressionMatcher($@"[\w\u200C\u200D]+|[^\w\s\u200C\u200D]+"), SplitBehavior.Removed, isInverted: true));
                break;
            case "WhitespaceSplit":
                Add(Rune.IsWhiteSpace, SplitBehavior.Removed);
                break;
            case "BertPreTokenizer":
                Add(Rune.IsWhiteSpace, SplitBehavior.Removed);
                Add(CharacterSets.IsPunctuation, SplitBehavior.Isolated);
                break;
            case "CharDelimiterSplit":
                _steps.Add(new MatchSplit(new LiteralMatcher(checks.ShortText(element, "delimiter")), SplitBehavior.Removed));
                break;
            case "Metaspace":
                (Rune mark, PrependScheme prepend) = Metaspace(element, checks);
                _steps.Add(new Metaspace(mark, prepend, checks.Flag(element, "split", missing: true)));
                break;
            default:
                throw checks.Failure($"a pre-tokenizer \"{type}\" is not supported");
        }
    }

    private void Add(Func<Rune, bool> isMatch, SplitBehavior behavior) => _steps.Add(new MatchSplit(new CharacterMatcher(isMatch), behavior));

    private void AddByteLevel(JsonElement element)
    {
        if (checks.Flag(element, "add_prefix_space", missing: true))
        {
            _steps.Add(new PrefixSpace());
        }

        if (checks.Flag(element, "use_regex", missing: true))
        {
            _steps.Add(new PatternSplit(SplitPattern.Gpt2));
        }

        _steps.Add(new ByteStandIns());
    }

    private PreTokenizer Split(JsonElement element)
    {
        SplitPattern? pattern = _patterns.Pattern(element);
        SplitBehavior behavior = Behavior(element, missing: null);
        bool isInverted = checks.Flag(element, "invert", missing: false);
        bool coversEverything = pattern is { CoversEverything: true };
        // Matches alone, of an expression that matches everything, are the same as matches and what lies between them.
        if (pattern is not null && (behavior == SplitBehavior.Isolated || (behavior == SplitBehavior.Removed && isInverted && coversEverything)))
        {
            return new PatternSplit(pattern);
        }

        return new MatchSplit(coversEverything ? new PatternMatcher(pattern!) : _patterns.Matcher(element), behavior, isInverted);
    }

    private SplitBehavior Behavior(JsonElement element, string? missing)
    {
        string name = JsonChecks.Text(element, "behavior") ?? missing ?? "unnamed";
        return name switch
        {
            "Removed" => SplitBehavior.Removed,
            "Isolated" => SplitBehavior.Isolated,
            "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
            "MergedWithNext" => SplitBehavior.MergedWithNext,
            "Contiguous" => SplitBehavior.Contiguous,
            _ => throw checks.Failure($"the \"behavior\" \"{name}\" of \"{JsonChecks.TypeOf(element)}\" is not supported"),
        };
    }
}
