namespace NGpt.Core.Tokenizers.Normalization;

/// <summary>
/// The decompositions and combining classes of the Unicode Character Database, as of the version that Hugging Face's library
/// has: characters that are younger stay as they are there, and so they do here.
/// </summary>
internal sealed class UnicodeTables
{
    private const byte IsCanonical = 0x80;
    private const byte IsComposed = 0x40;
    private const int CodePoints = 0x110000;

    private static readonly Lazy<UnicodeTables> Loaded = new(() => new UnicodeTables());

    private readonly Dictionary<int, int[]> _canonical = [];
    private readonly Dictionary<int, int[]> _compatible = [];
    private readonly Dictionary<long, int> _compositions = [];
    private readonly Dictionary<int, byte> _classes = [];
    private readonly byte[] _changes = new byte[CodePoints];

    // The resource: number of decompositions; for each its character, flags with the length, the characters that it consists
    // of; number of combining characters; each with its class. Numbers are three bytes, the lowest first.
    private UnicodeTables()
    {
        using Stream stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream("UnicodeNormalization.bin")!;
        using var reader = new BinaryReader(stream);
        Dictionary<int, (bool IsCanonical, int[] Parts)> steps = [];
        for (int count = Number(reader); count > 0; count--)
        {
            int character = Number(reader);
            byte flags = reader.ReadByte();
            int[] parts = new int[flags & 0x3F];
            for (int i = 0; i < parts.Length; i++)
            {
                parts[i] = Number(reader);
            }

            steps[character] = ((flags & IsCanonical) != 0, parts);
            if ((flags & IsComposed) != 0)
            {
                _compositions[((long)parts[0] << 32) | (uint)parts[1]] = character;
                _changes[parts[1]] |= (byte)Change.Composing;
            }
            else
            {
                _changes[character] |= (byte)((flags & IsCanonical) != 0 ? Change.Composing : Change.CompatibleComposing);
            }

            _changes[character] |= (byte)((flags & IsCanonical) != 0 ? Change.Decomposing : Change.CompatibleDecomposing);
        }

        for (int count = Number(reader); count > 0; count--)
        {
            int character = Number(reader);
            _classes[character] = reader.ReadByte();
            _changes[character] |= (byte)(Change.Composing | Change.Decomposing);
        }

        // Hangul: syllables come apart, and vowels and final consonants may join what stands before them.
        _changes.AsSpan(0xAC00, 11172).Fill((byte)Change.Decomposing);
        foreach ((int first, int last) in (ReadOnlySpan<(int, int)>)[(0x1161, 0x1175), (0x11A8, 0x11C2)])
        {
            for (int character = first; character <= last; character++)
            {
                _changes[character] |= (byte)Change.Composing;
            }
        }

        foreach (int character in steps.Keys)
        {
            _compatible[character] = Expand(character, steps, isCompatible: true);
            if (steps[character].IsCanonical)
            {
                _canonical[character] = Expand(character, steps, isCompatible: false);
                if (!_canonical[character].AsSpan().SequenceEqual(_compatible[character]))
                {
                    _changes[character] |= (byte)(Change.CompatibleComposing | Change.CompatibleDecomposing);
                }
            }
        }
    }

    [Flags]
    private enum Change : byte
    {
        None = 0,
        Composing = 1,
        Decomposing = 2,
        CompatibleComposing = 4,
        CompatibleDecomposing = 8,
    }

    /// <summary>The tables, read when they are first needed.</summary>
    public static UnicodeTables Shared => Loaded.Value;

    /// <summary>Whether a text with this character can be changed by a form; false only where it certainly is not.</summary>
    public bool MayChange(int character, bool composes, bool isCompatible)
    {
        Change wanted = (composes ? Change.Composing : Change.Decomposing)
            | (isCompatible ? (composes ? Change.CompatibleComposing : Change.CompatibleDecomposing) : Change.None);
        return ((Change)_changes[character] & wanted) != Change.None;
    }

    /// <summary>What a character consists of; itself where it cannot be taken apart. Not for Hangul.</summary>
    public ReadOnlySpan<int> Decompose(int character, bool isCompatible) =>
        (isCompatible ? _compatible : _canonical).TryGetValue(character, out int[]? parts) ? parts : new[] { character };

    /// <summary>The one character that two are; -1 where there is none. Not for Hangul.</summary>
    public int Compose(int first, int second) => _compositions.GetValueOrDefault(((long)first << 32) | (uint)second, -1);

    /// <summary>How a mark stands to the character before it; 0 for a character that stands alone.</summary>
    public int CombiningClass(int character) => _classes.GetValueOrDefault(character);

    private static int[] Expand(int character, Dictionary<int, (bool IsCanonical, int[] Parts)> steps, bool isCompatible) =>
        steps.TryGetValue(character, out (bool IsCanonical, int[] Parts) step) && (step.IsCanonical || isCompatible)
            ? [.. step.Parts.SelectMany(part => Expand(part, steps, isCompatible))]
            : [character];

    private static int Number(BinaryReader reader) => reader.ReadByte() | (reader.ReadByte() << 8) | (reader.ReadByte() << 16);
}
