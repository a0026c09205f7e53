namespace NGpt.Core.Sampling.Constraints;

/// <summary>An array of a number of items, which one rule describes. A single space may follow a comma.</summary>
internal sealed class ArrayNode(Rule items, int min = 0, int max = int.MaxValue) : GrammarNode
{
    private const int Open = 1;
    private const int AfterItem = 2;
    private const int AfterComma = 3;
    private const int AfterSpace = 4;

    public override bool IsContainer => true;

    public override IEnumerable<byte[]> Texts => ["["u8.ToArray(), "]"u8.ToArray(), .. max > 1 ? (byte[][])[","u8.ToArray()] : []];

    public override bool CanBegin(byte value) => value == (byte)'[';

    public override int CanonicalCount(int count, int length) => CanonicalCount(count, length, min, max);

    public override void Step(Frame frame, byte value, FrameSet next)
    {
        int count = frame.Count;
        switch (frame.State)
        {
            case Start:
                next.Add(frame.With(Open));
                break;
            case Open or AfterItem when value == (byte)']':
                if (count >= min)
                {
                    next.Add(frame.Parent!);
                }

                break;
            case AfterItem:
                if (value == (byte)',' && count < max)
                {
                    next.Add(frame.With(AfterComma, count));
                }

                break;
            case AfterComma when value == (byte)' ':
                next.Add(frame.With(AfterSpace, count));
                break;
            case Open when max == 0:
                break;
            default:
                // Without a maximum only the minimum matters: states recur once it is reached.
                items.Begin(frame.With(AfterItem, max == int.MaxValue ? Math.Min(count + 1, min) : count + 1), value, next);
                break;
        }
    }

    protected override int ComputeHeight() => min == 0 ? 1 : Math.Min(1 + items.Height, Rule.Infinite);
}
