using System.Buffers.Binary;
using System.Text;
using NGpt.Core.Errors;

namespace NGpt.Torch.Native;

/// <summary>
/// The dynamic-linking tables of one 64-bit little-endian ELF shared library, held as bytes. The file is
/// untrusted: every offset and count is bounded by the file, and lists may only move forward.
/// </summary>
internal sealed class ElfImage
{
    /// <summary>The flag of a version requirement that makes a missing version not an error.</summary>
    internal const ushort WeakFlag = 2;

    private const int DynamicVersionSymbols = 0x6ffffff0;
    private const int DynamicVersionDefinitions = 0x6ffffffc;
    private const int DynamicVersionDefinitionCount = 0x6ffffffd;
    private const int DynamicVersionNeeds = 0x6ffffffe;
    private const int DynamicVersionNeedCount = 0x6fffffff;
    private const int SymbolSize = 24;
    private const int RelocationSize = 24;

    private readonly byte[] _bytes;
    private readonly string _path;
    private readonly List<Segment> _segments = [];
    private readonly Dictionary<long, ulong> _dynamic = [];
    private readonly int _strings;
    private readonly int _stringsSize;

    /// <summary>Reads the headers and the dynamic segment.</summary>
    internal ElfImage(byte[] bytes, string path)
    {
        _bytes = bytes;
        _path = path;
        Require(bytes.Length >= 64 && bytes.AsSpan(0, 4).SequenceEqual("\u007fELF"u8), "not an ELF file");
        Require(bytes[4] == 2, $"ELF class is {bytes[4]}, expected 2 (64-bit)");
        Require(bytes[5] == 1, $"ELF byte order is {bytes[5]}, expected 1 (little-endian)");
        Require(bytes[6] == 1, $"ELF version is {bytes[6]}, expected 1");
        Require(U16(16) == 3, $"ELF type is {U16(16)}, expected 3 (shared library)");
        Require(U16(18) is 62 or 183, $"ELF machine is {U16(18)}, expected 62 (x86-64) or 183 (AArch64)");
        ReadSegments();
        _stringsSize = ToLength(Dynamic(10, "string table size"));
        _strings = FileOffset(Dynamic(5, "string table"), _stringsSize);
    }

    private readonly record struct Segment(ulong Address, int Offset, int Size);

    /// <summary>A version that the library requires of another: symbols refer to it by its index, its flags are at an offset in the file.</summary>
    internal readonly record struct Need(string File, string Name, ushort Index, ushort Flags, int FlagsOffset);

    /// <summary>A symbol, its number in the symbol table, and the offset of its version index in the file.</summary>
    internal readonly record struct Symbol(string Name, bool IsDefined, int Index, int VersionOffset);

    /// <summary>The versions that the library requires of others, in file order.</summary>
    internal IReadOnlyList<Need> ReadNeeds()
    {
        List<Need> needs = [];
        if (!_dynamic.TryGetValue(DynamicVersionNeeds, out ulong address))
        {
            return needs;
        }
        int count = ToLength(Dynamic(DynamicVersionNeedCount, "count of version requirements"));
        int at = FileOffset(address, 16);
        for (int file = 0; file < count; file++)
        {
            Require(U16(at) == 1, $"version requirement at {at} has format {U16(at)}, expected 1");
            string library = Text(U32(at + 4));
            int aux = Forward(at, U32(at + 8));
            int versions = U16(at + 2);
            for (int i = 0; i < versions; i++)
            {
                string name = Text(U32(aux + 8));
                Require(U32(aux) == Hash(name), $"hash of version {name} at {aux} does not match its name");
                needs.Add(new Need(library, name, U16(aux + 6), U16(aux + 4), aux + 4));
                if (i + 1 < versions)
                {
                    aux = Forward(aux, U32(aux + 12));
                }
            }
            if (file + 1 < count)
            {
                at = Forward(at, U32(at + 12));
            }
        }
        return needs;
    }

    /// <summary>The names of the versions that the library defines.</summary>
    internal IReadOnlySet<string> ReadDefinedVersions()
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        if (!_dynamic.TryGetValue(DynamicVersionDefinitions, out ulong address))
        {
            return names;
        }
        int count = ToLength(Dynamic(DynamicVersionDefinitionCount, "count of version definitions"));
        int at = FileOffset(address, 20);
        for (int i = 0; i < count; i++)
        {
            Require(U16(at) == 1, $"version definition at {at} has format {U16(at)}, expected 1");
            names.Add(Text(U32(Forward(at, U32(at + 12)))));
            if (i + 1 < count)
            {
                at = Forward(at, U32(at + 16));
            }
        }
        return names;
    }

    /// <summary>The symbols bound to one version.</summary>
    internal IReadOnlyList<Symbol> ReadSymbols(ushort version)
    {
        int count = SymbolCount();
        int symbols = FileOffset(Dynamic(6, "symbol table"), checked(count * SymbolSize));
        int versions = FileOffset(Dynamic(DynamicVersionSymbols, "symbol versions"), checked(count * 2));
        List<Symbol> found = [];
        for (int i = 0; i < count; i++)
        {
            // The highest bit hides a symbol from binding by default and is no part of the index.
            if ((U16(versions + (i * 2)) & 0x7fff) == version)
            {
                int at = symbols + (i * SymbolSize);
                found.Add(new Symbol(Text(U32(at)), U16(at + 6) != 0, i, versions + (i * 2)));
            }
        }
        return found;
    }

    /// <summary>The numbers of all symbols that some relocation refers to.</summary>
    internal IReadOnlySet<int> ReadRelocatedSymbols()
    {
        Require(!_dynamic.ContainsKey(17), "has relocations without addends, which are not expected on this processor");
        HashSet<int> symbols = [];
        int count = SymbolCount();
        foreach ((int table, int size) in ((int, int)[])[(7, 8), (23, 2)])
        {
            if (!_dynamic.TryGetValue(table, out ulong address))
            {
                continue;
            }
            int length = ToLength(Dynamic(size, "size of the relocations"));
            Require(length % RelocationSize == 0, $"relocations take {length} bytes, which is no multiple of {RelocationSize}");
            int start = FileOffset(address, length);
            for (int at = start; at < start + length; at += RelocationSize)
            {
                uint symbol = U32(at + 12);
                Require(symbol < count, $"relocation at {at} refers to symbol {symbol} of {count}");
                symbols.Add((int)symbol);
            }
        }
        return symbols;
    }

    private void ReadSegments()
    {
        Require(U16(54) == 56, $"program headers are {U16(54)} bytes, expected 56");
        int start = ToLength(U64(32));
        int count = U16(56);
        Require((long)start + (count * 56L) <= _bytes.Length, "program headers reach past the end of the file");
        int dynamicOffset = -1;
        int dynamicSize = 0;
        for (int i = 0; i < count; i++)
        {
            int at = start + (i * 56);
            uint type = U32(at);
            if (type is not (1 or 2))
            {
                continue;
            }
            int offset = ToLength(U64(at + 8));
            int size = ToLength(U64(at + 32));
            Require((long)offset + size <= _bytes.Length, $"segment {i} reaches past the end of the file");
            if (type == 1)
            {
                _segments.Add(new Segment(U64(at + 16), offset, size));
            }
            else
            {
                Require(dynamicOffset < 0, "has two dynamic segments");
                (dynamicOffset, dynamicSize) = (offset, size);
            }
        }
        Require(dynamicOffset >= 0, "has no dynamic segment");
        for (int at = dynamicOffset; at + 16 <= dynamicOffset + dynamicSize; at += 16)
        {
            long tag = (long)U64(at);
            if (tag == 0)
            {
                return;
            }
            // Of the tags read here each may stand once; others (a list of needed libraries) repeat.
            if (!_dynamic.TryAdd(tag, U64(at + 8)))
            {
                Require(tag == 1 || tag > int.MaxValue || tag < 0, $"dynamic tag {tag} stands twice");
            }
        }
        throw Damaged("the dynamic segment has no end");
    }

    // The dynamic segment does not tell how many symbols there are; the section header of the same table does.
    private int SymbolCount()
    {
        int start = ToLength(U64(40));
        int count = U16(60);
        Require(U16(58) == 64 && start > 0 && (long)start + (count * 64L) <= _bytes.Length, "has no readable section headers");
        for (int i = 0; i < count; i++)
        {
            int at = start + (i * 64);
            if (U32(at + 4) == 11 && U64(at + 16) == Dynamic(6, "symbol table"))
            {
                int size = ToLength(U64(at + 32));
                Require(U64(at + 56) == SymbolSize && size % SymbolSize == 0, "symbol table has an unexpected entry size");
                return size / SymbolSize;
            }
        }
        throw Damaged("has no section header for its symbol table");
    }

    private ulong Dynamic(long tag, string what) =>
        _dynamic.TryGetValue(tag, out ulong value) ? value : throw Damaged($"the dynamic segment lacks the {what}");

    private int FileOffset(ulong address, int length)
    {
        foreach (Segment segment in _segments)
        {
            if (address >= segment.Address && address - segment.Address <= (ulong)segment.Size
                && (ulong)length <= (ulong)segment.Size - (address - segment.Address))
            {
                return segment.Offset + (int)(address - segment.Address);
            }
        }
        throw Damaged($"address 0x{address:x} with {length} bytes lies in no segment of the file");
    }

    private int Forward(int from, uint step)
    {
        Require(step >= 8 && from + (long)step <= _bytes.Length - 8, $"list at {from} steps by {step}, which leaves the file or does not move on");
        return from + (int)step;
    }

    private string Text(uint offset)
    {
        Require(offset < _stringsSize, $"string offset {offset} lies outside the string table of {_stringsSize} bytes");
        ReadOnlySpan<byte> rest = _bytes.AsSpan(_strings + (int)offset, _stringsSize - (int)offset);
        int end = rest.IndexOf((byte)0);
        Require(end >= 0, $"string at {offset} has no end");
        return Encoding.UTF8.GetString(rest[..end]);
    }

    private static uint Hash(string name)
    {
        uint hash = 0;
        foreach (byte c in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash << 4) + c;
            uint high = hash & 0xf0000000;
            hash ^= high >> 24;
            hash &= ~high;
        }
        return hash;
    }

    private int ToLength(ulong value)
    {
        Require(value <= (ulong)_bytes.Length, $"value {value} lies outside the file of {_bytes.Length} bytes");
        return (int)value;
    }

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(Field(at, 2));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(Field(at, 4));

    private ulong U64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(Field(at, 8));

    private ReadOnlySpan<byte> Field(int at, int size)
    {
        Require(at >= 0 && at <= _bytes.Length - size, $"field at {at} lies outside the file of {_bytes.Length} bytes");
        return _bytes.AsSpan(at, size);
    }

    private void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw Damaged(problem);
        }
    }

    private FileFormatException Damaged(string problem) =>
        new(_path, problem, "the file is damaged or of another kind: restore the packages again");
}
