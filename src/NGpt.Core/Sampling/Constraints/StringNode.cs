namespace NGpt.Core.Sampling.Constraints;

/// <summary>A string of a number of characters (Unicode code points).</summary>
internal sealed class StringNode(int min = 0, int max = int.MaxValue) : GrammarNode
{
    private const int Inside = 1;

    public override IEnumerable<byte[]> Texts => ["\""u8.ToArray()];

    private bool IsCounted => min > 0 || max < int.MaxValue;

    public override bool CanBegin(byte value) => value == (byte)'"';

    public override int CanonicalCount(int count, int length) => CanonicalCount(count, length, min, max);

    public override void Step(Frame frame, byte value, FrameSet next)
    {
        if (frame.State == Start)
        {
            next.Add(frame.With(Inside));
            return;
        }

        int state = frame.State - Inside;
        if (state == StringBytes.Between && value == (byte)'"')
        {
            if (frame.Count >= min)
            {
                next.Add(frame.Parent!);
            }

            return;
        }

        int after = StringBytes.Next(state, value);
        if (after == StringBytes.Invalid)
        {
            return;
        }

        int count = frame.Count;
        if (state == StringBytes.Between && IsCounted)
        {
            if (count == max)
            {
                return;
            }

            // Without a maximum only the minimum matters: states recur once it is reached.
            count = max == int.MaxValue ? Math.Min(count + 1, min) : count + 1;
        }

        next.Add(after == state && count == frame.Count ? frame : frame.With(Inside + after, count));
    }
}

/// <summary>
/// The bytes within a JSON string: valid UTF-8 without control characters, and escapes, of which those of surrogates come in
/// pairs.
/// </summary>
internal static class StringBytes
{
    public const int Invalid = -1;

    /// <summary>Between two characters.</summary>
    public const int Between = 0;

    // Within a character of several bytes: how many follow, and the first bytes after which fewer values are allowed.
    private const int One = 1;
    private const int Two = 2;
    private const int Three = 3;
    private const int AfterE0 = 4;
    private const int AfterEd = 5;
    private const int AfterF0 = 6;
    private const int AfterF4 = 7;

    // Within an escape. \uD8.. to \uDB.. begin a pair, whose other half is \uDC.. to \uDF..
    private const int Escape = 8;
    private const int Hex4 = 9;
    private const int Hex3 = 10;
    private const int Hex2 = 11;
    private const int Hex1 = 12;
    private const int HexD = 13;
    private const int High2 = 14;
    private const int High1 = 15;
    private const int LowEscape = 16;
    private const int LowU = 17;
    private const int LowD = 18;
    private const int LowC = 19;

    /// <summary>Whether a state is not within an escape.</summary>
    public static bool IsPlain(int state) => state < Escape;

    /// <summary>The state after a byte that is not the closing quotation mark.</summary>
    public static int Next(int state, byte value) => state switch
    {
        Between => value switch
        {
            (byte)'"' or < 0x20 => Invalid,
            (byte)'\\' => Escape,
            < 0x80 => Between,
            < 0xC2 => Invalid,
            < 0xE0 => One,
            0xE0 => AfterE0,
            0xED => AfterEd,
            < 0xF0 => Two,
            0xF0 => AfterF0,
            < 0xF4 => Three,
            0xF4 => AfterF4,
            _ => Invalid,
        },
        One => value is >= 0x80 and <= 0xBF ? Between : Invalid,
        Two => value is >= 0x80 and <= 0xBF ? One : Invalid,
        Three => value is >= 0x80 and <= 0xBF ? Two : Invalid,
        AfterE0 => value is >= 0xA0 and <= 0xBF ? One : Invalid,
        AfterEd => value is >= 0x80 and <= 0x9F ? One : Invalid,
        AfterF0 => value is >= 0x90 and <= 0xBF ? Two : Invalid,
        AfterF4 => value is >= 0x80 and <= 0x8F ? Two : Invalid,
        Escape => value switch
        {
            (byte)'u' => Hex4,
            (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t' => Between,
            _ => Invalid,
        },
        Hex4 => value is (byte)'d' or (byte)'D' ? HexD : Hex(value, Hex3),
        Hex3 => Hex(value, Hex2),
        Hex2 => Hex(value, Hex1),
        Hex1 => Hex(value, Between),
        HexD => value switch
        {
            >= (byte)'0' and <= (byte)'7' => Hex2,
            (byte)'8' or (byte)'9' or (byte)'a' or (byte)'b' or (byte)'A' or (byte)'B' => High2,
            _ => Invalid,
        },
        High2 => Hex(value, High1),
        High1 => Hex(value, LowEscape),
        LowEscape => value == (byte)'\\' ? LowU : Invalid,
        LowU => value == (byte)'u' ? LowD : Invalid,
        LowD => value is (byte)'d' or (byte)'D' ? LowC : Invalid,
        LowC => value is >= (byte)'c' and <= (byte)'f' or >= (byte)'C' and <= (byte)'F' ? Hex2 : Invalid,
        _ => Invalid,
    };

    private static int Hex(byte value, int next) => char.IsAsciiHexDigit((char)value) ? next : Invalid;
}
