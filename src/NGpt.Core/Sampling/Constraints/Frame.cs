namespace NGpt.Core.Sampling.Constraints;

/// <summary>
/// The place in one node of a grammar, on the stack of the values around it. Immutable, and equal to another with the same
/// content, so that parsing states can be compared and cached.
/// </summary>
internal sealed class Frame : IEquatable<Frame>
{
    private readonly int _hash;

    public Frame(GrammarNode node, int state, int count, int position, Frame? parent)
    {
        (Node, State, Count, Position, Parent) = (node, state, count, position, parent);
        Depth = (parent?.Depth ?? 0) + (node.IsContainer ? 1 : 0);
        _hash = HashCode.Combine(node, state, count, position, parent?._hash ?? 0);
    }

    public GrammarNode Node { get; }

    public int State { get; }

    /// <summary>What was counted: characters, items, or properties that were passed.</summary>
    public int Count { get; }

    /// <summary>A place in a trie, or the number of a property.</summary>
    public int Position { get; }

    /// <summary>Where parsing continues behind this value; null for the root.</summary>
    public Frame? Parent { get; }

    /// <summary>Number of objects and arrays that are open.</summary>
    public int Depth { get; }

    public Frame With(int state, int count = 0, int position = 0) => new(Node, state, count, position, Parent);

    /// <summary>A frame after which the same texts of at most <paramref name="length"/> bytes can follow: large counts that differ become one.</summary>
    public Frame Canonical(int length)
    {
        Frame? parent = Parent?.Canonical(length);
        int count = Node.CanonicalCount(Count, length);
        return count == Count && ReferenceEquals(parent, Parent) ? this : new Frame(Node, State, count, Position, parent);
    }

    public bool Equals(Frame? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && ReferenceEquals(Node, other.Node) && State == other.State && Count == other.Count
            && Position == other.Position && (Parent is null ? other.Parent is null : Parent.Equals(other.Parent)));

    public override bool Equals(object? obj) => Equals(obj as Frame);

    public override int GetHashCode() => _hash;
}

/// <summary>
/// The ways in which a text can be read so far: more than one where alternatives begin alike. At most
/// <see cref="Capacity"/> are kept, the first ones: the text then follows one of those, and is still valid.
/// </summary>
internal sealed class FrameSet
{
    public const int Capacity = 64;

    private readonly Frame[] _frames = new Frame[Capacity];

    public int Count { get; private set; }

    public ReadOnlySpan<Frame> Frames => _frames.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Add(Frame frame)
    {
        if (Count < Capacity && !Frames.Contains(frame))
        {
            _frames[Count++] = frame;
        }
    }

    /// <summary>Becomes the readings of a text after one more byte.</summary>
    public void Step(ReadOnlySpan<Frame> frames, byte value)
    {
        Clear();
        foreach (Frame frame in frames)
        {
            frame.Node.Step(frame, value, this);
        }
    }
}
