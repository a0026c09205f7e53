using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace NGpt.Cli.Tests;

/// <summary>Sources, help texts and documents use the words of the field: a newcomer should not have to learn others.</summary>
public sealed partial class PlainLanguageTests
{
    private static readonly (string Pattern, string Instead)[] Words =
    [
        (@"\bthe house\b(?! style)|\bhouse style\b", "architecture, conventions"),
        (@"\bat the door\b", "at the boundary, on input"),
        (@"\bthe seam\b", "interface"),
        (@"\brooms\b", "folders"),
        (@"\bhears\b", "receives events"),
        (@"\b(?:goes|go|going) on (?:where|with|from|by itself)\b", "resumes, continues"),
        (@"(?<!there )\b(?:is|are) no (?:token|number|file|IP|integer|questions)\b", "is not a valid …, is not in the vocabulary"),
        (@"\bnumbers? that (?:is|are) none\b", "NaN"),
        (@"\btexts that\b", "sequences, requests"),
        (@"\bwhoever\b", "the caller, the user"),
        (@"\bWhyNot\w*", "UnsupportedReason"),
        (@"\bAreRight\b|\bRequireSound\b", "IsValid, ThrowIfInvalid"),
        (@"\bMost(?!Frequent|Recent)[A-Z][a-z]\w*", "Max…"),
        (@"\bLongest(?:Header|Name|Context|Line|Text|Token|Prompt|Key|Word)\w*", "Max…Length"),
        (@"\bLeast(?!Recent)[A-Z][a-z]\w*", "Min…"),
        (@"\bpasses over the data\b", "epochs"),
        (@"\bspecification section\b", "docs/method.md, section N"),
        (@"\bRefuseOtherMathematics\b|\bNameWhatTheScheduleIgnores\b", "RejectUnsupported, WarnUnusedSchedule"),
        (@"\bLoadUpperHalves\b|\bLoadHalves\b", "LoadBFloat16, LoadHalf"),
        (@"\bFireKind\b|\bthe fire\b", "load test"),
        (@"\bTextWriting\b|\bTextContinuation\b|\bIsWriting\b", "GenerationLoop, GenerationState, IsDecoding"),
        (@"\bSequenceOrder\b|\bEndAsked\b", "SequenceRequest, CancelReason"),
        (@"\bTurnsUntil\b", "SpinUntil"),
        (@"\bMoveOnSphere\b|\bHypersphereRows\b", "hypersphere update"),
        (@"\bfor people\b", "human-readable"),
        (@"\bon its way\b", "in progress"),
        (@"\bstrands\b", "accumulators"),
        (@"\bbelongs to no\b", "unexpected, unknown"),
        (@"\bpasses averaged\b", "gradient accumulation steps"),
        (@"\bWrite a text together\b", "interactive completion"),
        (@"\bwhole numbers?\b", "integer"),
        (@"\b(?:the|a) person\b", "the user"),
        (@"\bnats a token\b|\bbits a byte\b", "per token, per byte"),
        (@"\bis held against\b|\bare held against\b", "compared with, tested against"),
    ];

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        string root = Root();
        string[] documents = [.. Directory.GetFiles(root, "*.md"), .. Directory.GetFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories)];
        List<string> broken = [];
        int count = 0;
        foreach (string document in documents)
        {
            foreach (Match link in MarkdownLink().Matches(File.ReadAllText(document)))
            {
                string target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document)!, link.Groups["path"].Length > 0 ? link.Groups["path"].Value : document));
                string anchor = link.Groups["anchor"].Value;
                count++;
                if (!Path.Exists(target) || (anchor.Length > 0 && !Headings(target).Contains(anchor)))
                {
                    broken.Add($"{Path.GetRelativePath(root, document)}: {link.Value}");
                }
            }
        }

        Assert.True(broken.Count == 0, string.Join('\n', broken));
        Assert.InRange(count, 100, 10_000);
    }

    [Fact]
    public void Sources_and_documents_use_standard_terms()
    {
        string root = Root();
        (Regex Regex, string Instead)[] words =
            [.. Words.Select(word => (new Regex(word.Pattern, RegexOptions.Compiled | RegexOptions.CultureInvariant), word.Instead))];
        List<string> found = [];
        foreach (string path in Files(root))
        {
            string[] lines = File.ReadAllLines(path);
            for (int i = 0; i < lines.Length; i++)
            {
                found.AddRange(words.Where(word => word.Regex.IsMatch(lines[i])).Select(word =>
                    $"{Path.GetRelativePath(root, path)}:{i + 1}: \"{word.Regex.Match(lines[i]).Value}\": write {word.Instead}"));
            }
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Theory]
    [InlineData("the observer hears it", true)]
    [InlineData("x is no token", true)]
    [InlineData("MostTokens", true)]
    [InlineData("Mostly right, and at most ten", false)]
    [InlineData("there is no token left", false)]
    [InlineData("going on", false)]
    public void Only_private_words_are_found(string text, bool isFound) =>
        Assert.Equal(isFound, Words.Any(word => Regex.IsMatch(text, word.Pattern)));

    private static IEnumerable<string> Files(string root) =>
        Directory.EnumerateFiles(Path.Combine(root, "src"), "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".cs" or ".md" or ".js" or ".html" && !Regex.IsMatch(path, @"[\\/](bin|obj)[\\/]"))
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories))
            .Append(Path.Combine(root, "README.md"))
            .Append(Path.Combine(root, "CONTRIBUTING.md"));

    // As GitHub names them.
    private static HashSet<string> Headings(string document) => document.EndsWith(".md", StringComparison.Ordinal)
        ? [.. File.ReadLines(document).Where(line => line.StartsWith('#')).Select(line => NotInAnchors().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'))]
        : [];

    [GeneratedRegex(@"\]\((?!https?:)(?<path>[^)#\s]*)(?:#(?<anchor>[^)]+))?\)")]
    private static partial Regex MarkdownLink();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));
}
