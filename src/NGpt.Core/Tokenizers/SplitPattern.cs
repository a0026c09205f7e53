using NGpt.Core.Tokenizers.Splitting;

namespace NGpt.Core.Tokenizers;

/// <summary>
/// How a text is cut into pieces before byte pairs are merged; a token never spans two pieces. Characters are Unicode scalar
/// values; each stretch of bytes that is not UTF-8 counts as one character that is neither letter nor number nor white space.
/// Every text is the concatenation of its pieces. Immutable and safe to share between threads.
/// </summary>
public abstract class SplitPattern
{
    private protected SplitPattern(string name, string expression) => (Name, Expression) = (name, expression);

    /// <summary>The whole text is one piece.</summary>
    public static SplitPattern None { get; } = new UnsplitText();

    /// <summary>GPT-2's pattern: contractions; words, numbers and signs, each with the space before it; white space.</summary>
    public static SplitPattern Gpt2 { get; } = new Gpt2Pattern();

    /// <summary>GPT-4's pattern (cl100k, Llama 3): as GPT-2's, but numbers are cut into three digits and line ends kept apart.</summary>
    public static SplitPattern Gpt4 { get; } = new Gpt4Pattern("gpt4", Gpt4Pattern.Published, longestNumber: 3);

    /// <summary>Qwen 2's pattern: GPT-4's with every digit on its own.</summary>
    public static SplitPattern Qwen2 { get; } = new Gpt4Pattern("qwen2", Gpt4Pattern.PublishedByQwen, longestNumber: 1);

    /// <summary>A short name: <c>none</c>, <c>gpt2</c>, <c>gpt4</c>, <c>qwen2</c>, or <c>regex</c>.</summary>
    public string Name { get; }

    /// <summary>The pattern as a regular expression; empty for <see cref="None"/>.</summary>
    public string Expression { get; }

    /// <summary>True where every character belongs to a match, so that nothing lies between matches.</summary>
    internal virtual bool CoversEverything => true;

    /// <summary>
    /// The pattern of a regular expression: every match is a piece, and so is every stretch between matches. The published
    /// expressions are recognised and run as code; any other runs in .NET's engine with a limit of time.
    /// </summary>
    /// <param name="expression">The expression, with .NET's syntax where it is not a published one.</param>
    /// <exception cref="ArgumentException">The expression is too long, or one that .NET cannot run.</exception>
    public static SplitPattern OfExpression(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return expression switch
        {
            "" => None,
            Gpt2Pattern.Published or Gpt2Pattern.PublishedPossessive => Gpt2,
            Gpt4Pattern.Published => Gpt4,
            Gpt4Pattern.PublishedByQwen => Qwen2,
            _ => new RegexPattern(expression),
        };
    }

    /// <summary>The places where the pieces of a text end, in ascending order; the last is the text's length.</summary>
    /// <param name="utf8">The text.</param>
    /// <exception cref="Errors.NGptException">A regular expression takes too long on this text.</exception>
    public int[] PieceEnds(ReadOnlySpan<byte> utf8)
    {
        var all = new List<int>();
        Span<int> some = stackalloc int[64];
        object? state = null;
        for (int start = 0; start < utf8.Length; start = all[^1])
        {
            all.AddRange(some[..FindEnds(utf8, start, some, ref state)]);
        }

        return [.. all];
    }

    /// <summary>Finds the ends of the next pieces.</summary>
    internal abstract int FindEnds(ReadOnlySpan<byte> utf8, int start, Span<int> ends, ref object? state);
}
