namespace NGpt.Core.Sampling.Constraints;

/// <summary>
/// An integer within bounds, of at most <see cref="NumberNode.MaxIntegerDigits"/> digits. A digit is possible where some number
/// within the bounds begins with it and those before it.
/// </summary>
internal sealed class IntegerNode : GrammarNode
{
    /// <summary>The largest magnitude.</summary>
    public const long MaxMagnitude = 999_999_999_999_999_999;

    private const int Sign = 1;
    private const int Positive = 2;
    private const int Negative = 3;

    // A frame holds a magnitude in two parts.
    private const long PartSize = 1_000_000_000;

    private readonly (long Low, long High) _positive;
    private readonly (long Low, long High) _negative;

    /// <summary>The integers from <paramref name="min"/> to <paramref name="max"/>, of which there must be one.</summary>
    public IntegerNode(long min, long max)
    {
        _positive = (Math.Max(min, 0), max);
        _negative = (Math.Max(-max, 1), -min);
    }

    // One digit is enough for the vocabulary.
    public override IEnumerable<byte[]> Texts => [];

    public override bool CanBegin(byte value) => value == (byte)'-' ? _negative.Low <= _negative.High : Digit(value) is int digit && CanLeadTo(Positive, digit);

    public override bool CanEnd(Frame frame) => IsComplete(frame) && frame.Parent!.Node.CanEnd(frame.Parent);

    public override void Step(Frame frame, byte value, FrameSet next)
    {
        if (frame.State == Start && value == (byte)'-')
        {
            if (_negative.Low <= _negative.High)
            {
                next.Add(frame.With(Sign));
            }

            return;
        }

        if (Digit(value) is not int digit)
        {
            if (IsComplete(frame))
            {
                frame.Parent!.Node.Step(frame.Parent, value, next);
            }

            return;
        }

        long magnitude = MagnitudeOf(frame);
        bool isFirst = frame.State is Start or Sign;
        if (!isFirst && (magnitude == 0 || magnitude > MaxMagnitude / 10))
        {
            return;
        }

        int state = frame.State is Start or Positive ? Positive : Negative;
        long longer = (magnitude * 10) + digit;
        if (longer <= MaxMagnitude && CanLeadTo(state, longer))
        {
            next.Add(frame.With(state, (int)(longer % PartSize), (int)(longer / PartSize)));
        }
    }

    private static int? Digit(byte value) => value is >= (byte)'0' and <= (byte)'9' ? value - '0' : null;

    private static long MagnitudeOf(Frame frame) => (frame.Position * PartSize) + frame.Count;

    private bool IsComplete(Frame frame) => frame.State is Positive or Negative && IsWithin(BoundsOf(frame.State), MagnitudeOf(frame), MagnitudeOf(frame));

    private (long Low, long High) BoundsOf(int state) => state == Positive ? _positive : _negative;

    // Whether this number or a longer one that begins like it is within the bounds.
    private bool CanLeadTo(int state, long magnitude)
    {
        (long Low, long High) bounds = BoundsOf(state);
        if (magnitude == 0)
        {
            return IsWithin(bounds, 0, 0);
        }

        for ((long first, long last) = (magnitude, magnitude); ; (first, last) = (first * 10, (last * 10) + 9))
        {
            if (IsWithin(bounds, first, last))
            {
                return true;
            }

            if (first > bounds.High || last > (MaxMagnitude - 9) / 10)
            {
                return false;
            }
        }
    }

    private static bool IsWithin((long Low, long High) bounds, long first, long last) => Math.Max(first, bounds.Low) <= Math.Min(last, bounds.High);
}
