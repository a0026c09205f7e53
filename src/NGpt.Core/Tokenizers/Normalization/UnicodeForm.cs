using System.Buffers;
using System.Text;
using NGpt.Core.Tokenizers.Splitting;

namespace NGpt.Core.Tokenizers.Normalization;

/// <summary>A Unicode normalization form. .NET has them only with ICU, which this library does without.</summary>
/// <param name="composes">NFC and NFKC: characters are put together again.</param>
/// <param name="isCompatible">NFKC and NFKD: also ligatures, full-width letters and the like are taken apart.</param>
internal sealed class UnicodeForm(bool composes, bool isCompatible) : Normalizer
{
    // Hangul syllables are computed (The Unicode Standard, section 3.12).
    private const int FirstSyllable = 0xAC00;
    private const int FirstLeading = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int BeforeTrailing = 0x11A7;
    private const int Leadings = 19;
    private const int Vowels = 21;
    private const int Trailings = 28;
    private const int Syllables = Leadings * Vowels * Trailings;

    // So many characters at least are put in order together, at most until the next one that can stand alone.
    private const int RunLength = 1 << 12;

    private readonly UnicodeTables _tables = UnicodeTables.Shared;

    /// <summary>NFC, NFD, NFKC or NFKD.</summary>
    public string Name => $"NF{(isCompatible ? "K" : string.Empty)}{(composes ? "C" : "D")}";

    public override byte[]? Normalize(ReadOnlySpan<byte> utf8, PiecePosition position, TextBudget budget)
    {
        if (!MayChange(utf8))
        {
            return null;
        }

        var changed = new ArrayBufferWriter<byte>(utf8.Length + 16);
        List<long> run = [];
        for (int place = 0; place < utf8.Length;)
        {
            byte value = utf8[place];
            if (value < 0x80)
            {
                FlushBefore(value, run, changed);
                run.Add(value);
                place++;
                continue;
            }

            if (Rune.DecodeFromUtf8(utf8[place..], out Rune character, out int length) != OperationStatus.Done)
            {
                Flush(run, changed);
                changed.Write(utf8.Slice(place, length));
            }
            else
            {
                FlushBefore(character.Value, run, changed);
                Decompose(character.Value, run);
            }

            place += length;
        }

        Flush(run, changed);
        return changed.WrittenSpan.SequenceEqual(utf8) ? null : changed.WrittenSpan.ToArray();
    }

    private bool MayChange(ReadOnlySpan<byte> utf8)
    {
        for (int place = 0; (place = NextBeyondAscii(utf8, place)) >= 0;)
        {
            Rune.DecodeFromUtf8(utf8[place..], out Rune character, out int length);
            if (_tables.MayChange(character.Value, composes, isCompatible))
            {
                return true;
            }

            place += length;
        }

        return false;
    }

    private static int NextBeyondAscii(ReadOnlySpan<byte> utf8, int place)
    {
        int skip = utf8[place..].IndexOfAnyInRange((byte)0x80, (byte)0xFF);
        return skip < 0 ? -1 : place + skip;
    }

    // A character that neither moves nor joins what stands before it begins a new run.
    private void FlushBefore(int character, List<long> run, ArrayBufferWriter<byte> changed)
    {
        if (run.Count >= RunLength && !_tables.MayChange(character, composes: true, isCompatible: true))
        {
            Flush(run, changed);
        }
    }

    private void Decompose(int character, List<long> run)
    {
        if ((uint)(character - FirstSyllable) < Syllables)
        {
            int syllable = character - FirstSyllable;
            run.Add(FirstLeading + (syllable / (Vowels * Trailings)));
            run.Add(FirstVowel + (syllable / Trailings % Vowels));
            if (syllable % Trailings != 0)
            {
                run.Add(BeforeTrailing + (syllable % Trailings));
            }

            return;
        }

        foreach (int part in _tables.Decompose(character, isCompatible))
        {
            run.Add(((long)_tables.CombiningClass(part) << 32) | (uint)part);
        }
    }

    private void Flush(List<long> run, ArrayBufferWriter<byte> changed)
    {
        Order(run);
        int count = composes ? Compose(run) : run.Count;
        for (int i = 0; i < count; i++)
        {
            Span<byte> room = changed.GetSpan(4);
            changed.Advance(new Rune((int)(uint)run[i]).EncodeToUtf8(room));
        }

        run.Clear();
    }

    /// <summary>Sorts each stretch of combining marks by their classes; marks of one class keep their order.</summary>
    private static void Order(List<long> run)
    {
        for (int start = 0; start < run.Count; start++)
        {
            int end = start;
            bool isOrdered = true;
            while (end < run.Count && run[end] >> 32 != 0)
            {
                isOrdered &= end == start || run[end - 1] >> 32 <= run[end] >> 32;
                end++;
            }

            if (!isOrdered)
            {
                long[] sorted = [.. run.GetRange(start, end - start).OrderBy(item => item >> 32)];
                for (int i = 0; i < sorted.Length; i++)
                {
                    run[start + i] = sorted[i];
                }
            }

            start = end;
        }
    }

    private int Compose(List<long> run)
    {
        int starter = -1;
        int written = 0;
        // The class of the last character between the starter and here, or -1 where there is none.
        int before = -1;
        for (int read = 0; read < run.Count; read++)
        {
            int character = (int)(uint)run[read];
            int combining = (int)(run[read] >> 32);
            if (starter >= 0 && before < combining && Join((int)(uint)run[starter], character) is >= 0 and int joined)
            {
                run[starter] = joined;
                continue;
            }

            if (combining == 0)
            {
                starter = written;
                before = -1;
            }
            else
            {
                before = combining;
            }

            run[written++] = run[read];
        }

        return written;
    }

    private int Join(int first, int second)
    {
        if ((uint)(first - FirstLeading) < Leadings && (uint)(second - FirstVowel) < Vowels)
        {
            return FirstSyllable + ((((first - FirstLeading) * Vowels) + (second - FirstVowel)) * Trailings);
        }

        if ((uint)(first - FirstSyllable) < Syllables && (first - FirstSyllable) % Trailings == 0 && second > BeforeTrailing && second < BeforeTrailing + Trailings)
        {
            return first + (second - BeforeTrailing);
        }

        return _tables.Compose(first, second);
    }
}
