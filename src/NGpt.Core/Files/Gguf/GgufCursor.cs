using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using NGpt.Core.Errors;

namespace NGpt.Core.Files.Gguf;

/// <summary>Reads the fields of a GGUF header one after the other. Every length is compared with what is left before it is used.</summary>
internal ref struct GgufCursor(string path, ReadOnlySpan<byte> bytes, bool isComplete)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private ReadOnlySpan<byte> _rest = bytes;

    private string _kind = "the header";
    private int _index = -1;
    private string? _name;

    /// <summary>What is being read, for messages.</summary>
    public readonly string What => _name is not null ? $"{_kind} {Quoted.Name(_name)}" : _index >= 0 ? $"{_kind} {_index}" : _kind;

    /// <summary>The bytes read so far.</summary>
    public readonly int Position => _bytes.Length - _rest.Length;

    /// <summary>Says what is read from here on.</summary>
    public void Enter(string kind, int index) => (_kind, _index, _name) = (kind, index, null);

    /// <summary>Says the name of what is read.</summary>
    public void EnterName(string name) => _name = name.Length > 0 ? name : throw Wrong("has an empty name");

    public uint ReadU32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public ulong ReadU64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>Reads a number or a byte as it lies there.</summary>
    public T Read<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Take(Unsafe.SizeOf<T>()));

    /// <summary>Reads a count of things that take at least some bytes each: never more than can be there.</summary>
    public int ReadCount(int min)
    {
        ulong count = ReadU64();
        return count <= (ulong)(_rest.Length / min)
            ? (int)count
            : throw End($"{count} entries of at least {min} bytes");
    }

    /// <summary>Reads a text: its length in bytes, then UTF-8.</summary>
    public string ReadText(int longest)
    {
        ulong length = ReadU64();
        if (length > (ulong)longest && longest < _rest.Length)
        {
            throw Wrong($"has a text of {length} bytes; at most {longest} are allowed");
        }

        if (length > (ulong)_rest.Length)
        {
            throw End($"a text of {length} bytes");
        }

        try
        {
            return GgufText.Strict.GetString(Take((int)length));
        }
        catch (DecoderFallbackException failure)
        {
            throw new FileFormatException(path, $"{What} has a text that is not UTF-8", GgufHeader.Remedy, failure);
        }
    }

    /// <summary>The next bytes.</summary>
    public ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            throw End($"{length} bytes");
        }

        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    /// <summary>The failure of this file.</summary>
    public readonly FileFormatException Wrong(string problem) => new(path, $"{What} {problem}", GgufHeader.Remedy);

    private readonly FileFormatException End(string expected) => isComplete
        ? Wrong($"needs {expected}, but the file has only {_rest.Length} more")
        : Wrong($"needs {expected}: metadata and tensor table of more than {GgufHeader.MaxHeaderLength} bytes are not read");
}

/// <summary>Text in GGUF files: strict UTF-8 both ways.</summary>
internal static class GgufText
{
    /// <summary>Throws instead of replacing what is not Unicode.</summary>
    public static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Rejects a text that cannot be written.</summary>
    public static void RequireUnicode(string text) => _ = Strict.GetByteCount(text);
}
