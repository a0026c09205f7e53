using System.Buffers.Binary;
using NGpt.Core.Errors;

namespace NGpt.Core.Data;

/// <summary>
/// The layout of a token file: llm.c's (256 little-endian int32: magic, version, count; then the tokens) or nanoGPT's
/// (16-bit tokens alone).
/// </summary>
/// <param name="DataOffset">Where the tokens begin, in bytes.</param>
/// <param name="TokenSize">Bytes of a token: 2 or 4.</param>
/// <param name="Count">The number of tokens.</param>
internal readonly record struct TokenFileFormat(int DataOffset, int TokenSize, long Count)
{
    public const int HeaderBytes = 256 * sizeof(int);
    public const int Magic16 = 20240520;
    public const int Version16 = 1;
    public const int Magic32 = 20240801;
    public const int Version32 = 7;

    private const string Remedy = "prepare the data again";

    /// <summary>Recognises a file by its first bytes and its length.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="start">Its first bytes: the whole header where the file is that long.</param>
    /// <param name="fileLength">Its length in bytes.</param>
    /// <exception cref="FileFormatException">Header and length do not agree, or the version is unknown.</exception>
    public static TokenFileFormat Recognise(string path, ReadOnlySpan<byte> start, long fileLength)
    {
        int magic = start.Length >= sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(start) : 0;
        if (magic is not (Magic16 or Magic32))
        {
            return fileLength == 0 || fileLength % sizeof(ushort) != 0
                ? throw new FileFormatException(path, $"{fileLength:N0} bytes are no whole number of 16-bit tokens", Remedy)
                : new TokenFileFormat(0, sizeof(ushort), fileLength / sizeof(ushort));
        }

        if (start.Length < HeaderBytes)
        {
            throw new FileFormatException(path, $"the file ends inside its header of {HeaderBytes:N0} bytes: it has {fileLength:N0}", Remedy);
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(start[4..]);
        int expectedVersion = magic == Magic16 ? Version16 : Version32;
        if (version != expectedVersion)
        {
            throw new FileFormatException(path, $"token files with magic {magic} have version {expectedVersion}, this one says {version}", Remedy);
        }

        int size = magic == Magic16 ? sizeof(ushort) : sizeof(uint);
        int count = BinaryPrimitives.ReadInt32LittleEndian(start[8..]);
        long found = fileLength - HeaderBytes;
        return count < 0 || found != (long)count * size
            ? throw new FileFormatException(path, $"the header promises {count:N0} tokens of {size} bytes, the file holds {found:N0} bytes of tokens", Remedy)
            : new TokenFileFormat(HeaderBytes, size, count);
    }
}
