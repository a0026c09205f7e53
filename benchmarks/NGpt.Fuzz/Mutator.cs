using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using NGpt.Core.Numerics;

namespace NGpt.Fuzz;

/// <summary>Damages files, the same way for the same random numbers.</summary>
internal sealed class Mutator(SplitMix64 random, IReadOnlyList<byte[]> others, IReadOnlyList<byte[]> words)
{
    private const int MaxChanges = 6;
    private const int LongestRun = 1 << 16;
    private const int DeepestNesting = 3000;

    // Where whole numbers turn over, and lengths that no file has.
    private static readonly ulong[] Boundaries =
    [
        0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 1000, 4096, 65_535, 65_536, 65_537, 999_999, 1_000_000,
        100_000_000, 100_000_001, int.MaxValue - 1, int.MaxValue, 1ul << 31, uint.MaxValue, 1ul << 32, (1ul << 32) + 1, 1ul << 53, 1ul << 60,
        1ul << 61, (1ul << 61) + 1, 1ul << 62, long.MaxValue - 7, long.MaxValue, 1ul << 63, ulong.MaxValue - 31, ulong.MaxValue,
    ];

    private static readonly string[] Numbers = ["-1", "-0", "1e999", "1.5", "0x10", "00", "9223372036854775808", "-9223372036854775809", "1e3", "NaN"];

    private static readonly byte[][] Openings = [.. new[] { "[", "{\"a\":", "(", "\"", "{", "[{\"type\":" }.Select(Encoding.UTF8.GetBytes), [9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]];

    /// <summary>A damaged copy of a file.</summary>
    public byte[] Damage(byte[] content)
    {
        List<byte> bytes = [.. content];
        int changes = 1;
        while (changes < MaxChanges && Below(2) == 0)
        {
            changes++;
        }

        for (int change = 0; change < changes; change++)
        {
            Change(bytes);
        }

        return [.. bytes];
    }

    private void Change(List<byte> bytes)
    {
        int at = Below(bytes.Count + 1);
        int left = bytes.Count - at;
        switch (Below(12))
        {
            case 0:
                // Seldom: most of what is cut off cannot be damaged any more.
                bytes.RemoveRange(at, Below(4) == 0 ? left : Math.Min(left, 1 + Below(8)));
                break;
            case 1 or 2:
                Put(bytes, at, [(byte)((left > 0 ? bytes[at] : 0) ^ (1 << Below(8)))]);
                break;
            case 3:
                Put(bytes, at, [(byte)Below(256)]);
                break;
            case 4:
                byte[] other = others[Below(others.Count)];
                int from = Below(other.Length + 1);
                byte[] part = other[from..(from + Below(Math.Min(other.Length - from, 512) + 1))];
                PutOrInsert(bytes, at, part);
                break;
            case 5:
                bytes.InsertRange(at, bytes.GetRange(at, Below(Math.Min(left, 512) + 1)));
                break;
            case 6 or 7:
                ChangeBinaryNumber(bytes, at);
                break;
            case 8 or 9:
                ChangeWrittenNumber(bytes, at);
                break;
            case 10:
                PutOrInsert(bytes, at, words[Below(words.Count)]);
                break;
            default:
                Grow(bytes, at);
                break;
        }
    }

    // A number that looks like a length or a type: small, and not zero. Where there is none, whatever is there.
    private void ChangeBinaryNumber(List<byte> bytes, int at)
    {
        int width = Below(3) == 0 ? sizeof(uint) : sizeof(ulong);
        for (int place = at; place < Math.Min(at + 64, bytes.Count - width); place++)
        {
            if ((bytes[place] != 0 || bytes[place + 1] != 0) && Enumerable.Range(place + 2, width - 2).All(i => bytes[i] == 0))
            {
                at = place;
                break;
            }
        }

        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, Boundary(bytes.Count));
        Put(bytes, at, number[..width]);
    }

    private void ChangeWrittenNumber(List<byte> bytes, int at)
    {
        int start = bytes.FindIndex(at, value => value is >= (byte)'0' and <= (byte)'9');
        if (start < 0)
        {
            return;
        }

        int end = bytes.FindIndex(start, value => value is not (>= (byte)'0' and <= (byte)'9'));
        bytes.RemoveRange(start, (end < 0 ? bytes.Count : end) - start);
        string written = Below(3) == 0 ? Numbers[Below(Numbers.Length)] : Boundary(bytes.Count).ToString(CultureInfo.InvariantCulture);
        bytes.InsertRange(start, Encoding.UTF8.GetBytes(written));
    }

    private void Grow(List<byte> bytes, int at)
    {
        byte[] opening = Below(3) == 0 ? [(byte)Below(256)] : Openings[Below(Openings.Length)];
        int times = 1 << Below(13);
        times = Math.Min(Math.Min(times + Below(times), DeepestNesting), LongestRun / opening.Length);
        bytes.InsertRange(at, Enumerable.Repeat(opening, times).SelectMany(part => part));
    }

    private ulong Boundary(int length) => Below(4) == 0
        ? (ulong)(length + Below(5) - 2)
        : Boundaries[Below(Boundaries.Length)];

    private void PutOrInsert(List<byte> bytes, int at, byte[] part)
    {
        if (Below(2) == 0)
        {
            bytes.InsertRange(at, part);
        }
        else
        {
            Put(bytes, at, part);
        }
    }

    private static void Put(List<byte> bytes, int at, ReadOnlySpan<byte> part)
    {
        for (int i = 0; i < part.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = part[i];
        }
    }

    private int Below(int limit) => (int)random.NextBelow(limit);
}
