namespace NGpt.Core.Sampling.Constraints;

/// <summary>
/// A number. Its parts have limited numbers of digits: every integer is an <see cref="long"/> and every number a finite
/// <see cref="double"/>, and a model cannot write digits for ever.
/// </summary>
internal sealed class NumberNode(bool isInteger) : GrammarNode
{
    public const int MaxIntegerDigits = 18;
    public const int MaxFractionDigits = 15;
    public const int MaxExponentDigits = 2;

    private const int Sign = 1;
    private const int Zero = 2;
    private const int Integer = 3;
    private const int Point = 4;
    private const int Fraction = 5;
    private const int ExponentMark = 6;
    private const int ExponentSign = 7;
    private const int Exponent = 8;

    // One digit is enough for the vocabulary.
    public override IEnumerable<byte[]> Texts => [];

    public override bool CanBegin(byte value) => value == (byte)'-' || IsDigit(value);

    public override bool CanEnd(Frame frame) => IsComplete(frame.State) && frame.Parent!.Node.CanEnd(frame.Parent);

    public override void Step(Frame frame, byte value, FrameSet next)
    {
        (int State, int Count)? after = IsDigit(value) ? Digit(frame.State, frame.Count, value) : Mark(frame.State, value);
        if (after is (int state, int count))
        {
            next.Add(frame.With(state, count));
        }
        else if (IsComplete(frame.State))
        {
            frame.Parent!.Node.Step(frame.Parent, value, next);
        }
    }

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';

    private static bool IsComplete(int state) => state is Zero or Integer or Fraction or Exponent;

    private static (int State, int Count)? Digit(int state, int count, byte value) => state switch
    {
        Start or Sign => value == (byte)'0' ? (Zero, 0) : (Integer, 1),
        Integer when count < MaxIntegerDigits => (Integer, count + 1),
        Point => (Fraction, 1),
        Fraction when count < MaxFractionDigits => (Fraction, count + 1),
        ExponentMark or ExponentSign => (Exponent, 1),
        Exponent when count < MaxExponentDigits => (Exponent, count + 1),
        _ => null,
    };

    private (int State, int Count)? Mark(int state, byte value) => (state, value) switch
    {
        (Start, (byte)'-') => (Sign, 0),
        (Zero or Integer, (byte)'.') when !isInteger => (Point, 0),
        (Zero or Integer or Fraction, (byte)'e' or (byte)'E') when !isInteger => (ExponentMark, 0),
        (ExponentMark, (byte)'+' or (byte)'-') => (ExponentSign, 0),
        _ => null,
    };
}
