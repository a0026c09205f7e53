namespace NGpt.Core.Sampling.Constraints;

/// <summary>A property of an object.</summary>
/// <param name="Key">Its name as JSON with quotation marks and colon.</param>
/// <param name="Value">Its values.</param>
/// <param name="IsRequired">Whether every object has it.</param>
internal sealed record ObjectProperty(byte[] Key, Rule Value, bool IsRequired);

/// <summary>
/// An object: its properties in their order, of which those that are not required may be left out, then any number of
/// others, whose names are not those of properties and have no escapes. A single space may follow a colon and a comma.
/// </summary>
internal sealed class ObjectNode : GrammarNode
{
    private const int Open = 1;
    private const int Key = 2;
    private const int AfterOtherKey = 3;
    private const int AfterColon = 4;
    private const int AfterColonSpace = 5;
    private const int AfterValue = 6;
    private const int AfterComma = 7;
    private const int AfterCommaSpace = 8;

    // Within the name of another property; the state of its bytes is added.
    private const int OtherKey = 16;

    private readonly IReadOnlyList<ObjectProperty> _properties;
    private readonly Rule? _others;
    private readonly ByteTrie _keys;

    // For each number of properties that were passed: the next one that is required, or else their number.
    private readonly int[] _nextRequired;

    public ObjectNode(IReadOnlyList<ObjectProperty> properties, Rule? others)
    {
        (_properties, _others) = (properties, others);
        _keys = new ByteTrie(properties.Select(property => property.Key));
        _nextRequired = new int[properties.Count + 1];
        _nextRequired[^1] = properties.Count;
        for (int i = properties.Count - 1; i >= 0; i--)
        {
            _nextRequired[i] = properties[i].IsRequired ? i : _nextRequired[i + 1];
        }
    }

    public override bool IsContainer => true;

    public override IEnumerable<byte[]> Texts =>
    [
        "{"u8.ToArray(),
        "}"u8.ToArray(),
        .. _properties.Select(property => property.Key),
        .. _others is null ? [] : (byte[][])["\""u8.ToArray(), ":"u8.ToArray()],
        .. _others is null && _properties.Count < 2 ? [] : (byte[][])[","u8.ToArray()],
    ];

    public override bool CanBegin(byte value) => value == (byte)'{';

    public override void Step(Frame frame, byte value, FrameSet next)
    {
        int passed = frame.Count;
        switch (frame.State)
        {
            case Start:
                next.Add(frame.With(Open));
                break;
            case Open or AfterValue when value == (byte)'}':
                if (_nextRequired[passed] == _properties.Count)
                {
                    next.Add(frame.Parent!);
                }

                break;
            case AfterValue:
                if (value == (byte)',' && HasKey(frame))
                {
                    next.Add(frame.With(AfterComma, passed));
                }

                break;
            case AfterComma when value == (byte)' ':
                next.Add(frame.With(AfterCommaSpace, passed));
                break;
            case Open or AfterComma or AfterCommaSpace:
                if (value == (byte)'"')
                {
                    BeginKey(frame, next);
                }

                break;
            case Key:
                StepKey(frame, value, next);
                break;
            case AfterOtherKey:
                if (value == (byte)':')
                {
                    next.Add(frame.With(AfterColon, passed, frame.Position));
                }

                break;
            case AfterColon when value == (byte)' ':
                next.Add(frame.With(AfterColonSpace, passed, frame.Position));
                break;
            case AfterColon or AfterColonSpace:
                Rule rule = frame.Position < _properties.Count ? _properties[frame.Position].Value : _others!;
                rule.Begin(frame.With(AfterValue, passed), value, next);
                break;
            default:
                StepOtherKey(frame, value, next);
                break;
        }
    }

    protected override int ComputeHeight() => _properties.Where(property => property.IsRequired)
        .Aggregate(1, (height, property) => Math.Min(Math.Max(height, 1 + property.Value.Height), Rule.Infinite));

    private void BeginKey(Frame frame, FrameSet next)
    {
        int position = _keys.Next(ByteTrie.Root, (byte)'"');
        if (position >= 0 && HasProperty(frame, position))
        {
            next.Add(frame.With(Key, frame.Count, position));
        }

        if (AllowsOthers(frame))
        {
            next.Add(frame.With(OtherKey, _properties.Count, position));
        }
    }

    private void StepKey(Frame frame, byte value, FrameSet next)
    {
        int position = _keys.Next(frame.Position, value);
        if (position < 0 || !HasProperty(frame, position))
        {
            return;
        }

        int property = _keys.Value(position);
        next.Add(property < 0 ? frame.With(Key, frame.Count, position) : frame.With(AfterColon, property + 1, property));
    }

    // Position is where the name is in the tree of the properties' names, or −1 once it differs from all of them.
    private void StepOtherKey(Frame frame, byte value, FrameSet next)
    {
        int state = frame.State - OtherKey;
        int position = frame.Position < 0 ? -1 : _keys.Next(frame.Position, value);
        if (state == StringBytes.Between && value == (byte)'"')
        {
            if (position < 0)
            {
                next.Add(frame.With(AfterOtherKey, _properties.Count, _properties.Count));
            }

            return;
        }

        int after = StringBytes.Next(state, value);
        if (after != StringBytes.Invalid && StringBytes.IsPlain(after))
        {
            next.Add(after == state && position == frame.Position ? frame : frame.With(OtherKey + after, frame.Count, position));
        }
    }

    private bool HasKey(Frame frame) => HasProperty(frame, ByteTrie.Root) || AllowsOthers(frame);

    private bool AllowsOthers(Frame frame) => _others is not null && _nextRequired[frame.Count] == _properties.Count && _others.Fits(frame);

    // Whether a property that may come now is below a position of the tree of names; the root is above all.
    private bool HasProperty(Frame frame, int position)
    {
        int last = Math.Min(_nextRequired[frame.Count], _properties.Count - 1);
        if (position == ByteTrie.Root)
        {
            for (int property = frame.Count; property <= last; property++)
            {
                if (_properties[property].Value.Fits(frame))
                {
                    return true;
                }
            }

            return false;
        }

        foreach (int property in _keys.Below(position))
        {
            if (property >= frame.Count && property <= last && _properties[property].Value.Fits(frame))
            {
                return true;
            }
        }

        return false;
    }
}
