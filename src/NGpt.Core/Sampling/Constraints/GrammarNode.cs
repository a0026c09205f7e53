namespace NGpt.Core.Sampling.Constraints;

/// <summary>One form of a JSON value, as an automaton over bytes. A frame holds its state.</summary>
internal abstract class GrammarNode
{
    /// <summary>The state before the first byte.</summary>
    public const int Start = 0;

    /// <summary>Whether its values nest: objects and arrays.</summary>
    public virtual bool IsContainer => false;

    /// <summary>Nesting of its flattest value; above <see cref="Rule.MaxDepth"/> where it has none that is finite.</summary>
    public int Height { get; private set; } = Rule.Infinite;

    /// <summary>Strings that the vocabulary must have tokens for.</summary>
    public abstract IEnumerable<byte[]> Texts { get; }

    /// <summary>Whether a value begins with a byte.</summary>
    public abstract bool CanBegin(byte value);

    /// <summary>Takes over the heights of its parts.</summary>
    public void UpdateHeight() => Height = ComputeHeight();

    /// <summary>Adds the frames after one more byte; none where the byte cannot follow.</summary>
    public abstract void Step(Frame frame, byte value, FrameSet next);

    /// <summary>Whether the whole text may end here.</summary>
    public virtual bool CanEnd(Frame frame) => false;

    /// <summary>The smallest count after which the same texts of at most <paramref name="length"/> bytes can follow.</summary>
    public virtual int CanonicalCount(int count, int length) => count;

    /// <summary>The height, by those of the rules within.</summary>
    protected virtual int ComputeHeight() => 0;

    protected static int CanonicalCount(int count, int length, int min, int max) =>
        min - count > length ? 0
        : count >= min && max - count > length ? min
        : count;
}

/// <summary>The values that one schema allows: the alternatives are tried side by side.</summary>
internal sealed class Rule
{
    /// <summary>Maximum number of objects and arrays that are open at a time.</summary>
    public const int MaxDepth = 32;

    public const int Infinite = MaxDepth + 1;

    public GrammarNode[] Alternatives { get; set; } = [];

    /// <summary>The smallest height of an alternative.</summary>
    public int Height { get; private set; } = Infinite;

    /// <summary>Takes over the heights of the alternatives; false where nothing changed.</summary>
    public bool UpdateHeight()
    {
        int before = Height;
        Height = Alternatives.Aggregate(Infinite, (height, node) => Math.Min(height, node.Height));
        return Height != before;
    }

    /// <summary>Whether a value can be completed within the maximum depth.</summary>
    public bool Fits(Frame parent) => parent.Depth + Height <= MaxDepth;

    /// <summary>Begins a value with its first byte; <paramref name="parent"/> continues behind it.</summary>
    public void Begin(Frame parent, byte value, FrameSet next)
    {
        foreach (GrammarNode node in Alternatives)
        {
            if (node.CanBegin(value) && parent.Depth + node.Height <= MaxDepth)
            {
                node.Step(new Frame(node, GrammarNode.Start, 0, 0, parent), value, next);
            }
        }
    }
}

/// <summary>The whole text: one value, which a single space may precede.</summary>
internal sealed class RootNode(Rule rule) : GrammarNode
{
    private const int AfterSpace = 1;
    private const int Done = 2;

    public override IEnumerable<byte[]> Texts => [];

    public Frame Begin() => new(this, Start, 0, 0, parent: null);

    public override bool CanBegin(byte value) => true;

    public override bool CanEnd(Frame frame) => frame.State == Done;

    public override void Step(Frame frame, byte value, FrameSet next)
    {
        if (frame.State == Done)
        {
            return;
        }

        if (value == (byte)' ' && frame.State == Start)
        {
            next.Add(frame.With(AfterSpace));
            return;
        }

        rule.Begin(frame.With(Done), value, next);
    }
}
