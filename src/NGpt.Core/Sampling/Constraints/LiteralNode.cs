namespace NGpt.Core.Sampling.Constraints;

/// <summary>One of a set of texts: the values of <c>enum</c> and <c>const</c>, <c>true</c>, <c>false</c> and <c>null</c>.</summary>
internal sealed class LiteralNode(IReadOnlyList<byte[]> texts) : GrammarNode
{
    private readonly ByteTrie _trie = new(texts);

    public override IEnumerable<byte[]> Texts => texts;

    public override bool CanBegin(byte value) => _trie.Next(ByteTrie.Root, value) >= 0;

    public override bool CanEnd(Frame frame) => _trie.Value(frame.Position) >= 0 && frame.Parent!.Node.CanEnd(frame.Parent);

    public override void Step(Frame frame, byte value, FrameSet next)
    {
        int position = _trie.Next(frame.Position, value);
        if (position >= 0)
        {
            next.Add(_trie.IsLeaf(position) ? frame.Parent! : frame.With(Start, position: position));
        }
        else if (_trie.Value(frame.Position) >= 0)
        {
            // A number that another one continues, such as 1 beside 12.
            frame.Parent!.Node.Step(frame.Parent, value, next);
        }
    }
}

/// <summary>Texts as a tree of their bytes. Positions are numbered; the root is 0.</summary>
internal sealed class ByteTrie
{
    public const int Root = 0;

    private readonly Dictionary<int, int> _children = [];
    private readonly List<int> _values = [-1];
    private readonly List<List<int>> _below = [[]];
    private readonly HashSet<int> _inner = [];

    public ByteTrie(IEnumerable<byte[]> texts)
    {
        foreach ((int number, byte[] text) in texts.Index())
        {
            int position = Root;
            foreach (byte value in text)
            {
                int key = (position << 8) | value;
                if (!_children.TryGetValue(key, out int child))
                {
                    child = _values.Count;
                    _children.Add(key, child);
                    _inner.Add(position);
                    _values.Add(-1);
                    _below.Add([]);
                }

                position = child;
                _below[position].Add(number);
            }

            _values[position] = number;
        }
    }

    /// <summary>The position after a byte, or −1.</summary>
    public int Next(int position, byte value) => _children.TryGetValue((position << 8) | value, out int child) ? child : -1;

    /// <summary>The number of the text that ends here, or −1.</summary>
    public int Value(int position) => _values[position];

    public bool IsLeaf(int position) => !_inner.Contains(position);

    /// <summary>The numbers of the texts through a position, ascending.</summary>
    public IReadOnlyList<int> Below(int position) => _below[position];
}
