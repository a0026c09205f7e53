using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;
using NGpt.Core.Errors;

namespace NGpt.Core.Data;

/// <summary>
/// A file of tokens, mapped into memory for reading: llm.c's form with 16- or 32-bit tokens, or nanoGPT's headerless 16-bit
/// tokens. Safe for use by several threads. The file must not be changed while it is open.
/// </summary>
public sealed class TokenFile : IDisposable
{
    private const int ChunkLength = 512;

    private readonly TokenFileFormat _format;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly ulong _dataStart;

    private TokenFile(string path, TokenFileFormat format, FileStream stream)
    {
        Path = path;
        _format = format;
        if (format.Count == 0)
        {
            return;
        }

        _file = MemoryMappedFile.CreateFromFile(stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _dataStart = (ulong)(_view.PointerOffset + format.DataOffset);
    }

    /// <summary>The path it was opened from.</summary>
    public string Path { get; }

    /// <summary>The number of tokens.</summary>
    public long Count => _format.Count;

    /// <summary>Opens a token file; the caller disposes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="vocabularySize">Where given, the file is scanned and a token outside the vocabulary is rejected.</param>
    /// <exception cref="FileFormatException">The file is missing, or not a whole token file, or holds a token outside the vocabulary.</exception>
    public static TokenFile Open(string path, int? vocabularySize = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileFormatException(path, "there is no such token file", "prepare the data again");
        }

        TokenFile tokens;
        using (FileStream stream = File.OpenRead(path))
        {
            Span<byte> start = stackalloc byte[TokenFileFormat.HeaderBytes];
            int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            tokens = new TokenFile(path, TokenFileFormat.Recognise(path, start[..read], stream.Length), stream);
        }

        try
        {
            if (vocabularySize is { } size)
            {
                tokens.Validate(size);
            }

            return tokens;
        }
        catch
        {
            tokens.Dispose();
            throw;
        }
    }

    /// <summary>Reads neighbouring tokens.</summary>
    /// <param name="offset">The place of the first token, 0..Count.</param>
    /// <param name="destination">Receives the tokens; <paramref name="offset"/> plus its length is at most Count.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tokens are not all inside the file.</exception>
    /// <exception cref="FileFormatException">A 32-bit token is above the largest <see cref="int"/>.</exception>
    public void Read(long offset, Span<int> destination)
    {
        RequireInside(offset, destination.Length);
        Span<uint> chunk = stackalloc uint[ChunkLength];
        for (int done = 0; done < destination.Length;)
        {
            Span<uint> part = chunk[..Math.Min(ChunkLength, destination.Length - done)];
            ReadChunk(offset + done, part);
            foreach (uint token in part)
            {
                destination[done++] = token <= int.MaxValue ? (int)token : throw OutsideVocabulary(offset + done - 1, token, int.MaxValue);
            }
        }
    }

    /// <summary>Reads neighbouring tokens in the type that tensors of indices have.</summary>
    /// <param name="offset">The place of the first token, 0..Count.</param>
    /// <param name="destination">Receives the tokens; <paramref name="offset"/> plus its length is at most Count.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tokens are not all inside the file.</exception>
    public void Read(long offset, Span<long> destination)
    {
        RequireInside(offset, destination.Length);
        Span<uint> chunk = stackalloc uint[ChunkLength];
        for (int done = 0; done < destination.Length;)
        {
            Span<uint> part = chunk[..Math.Min(ChunkLength, destination.Length - done)];
            ReadChunk(offset + done, part);
            foreach (uint token in part)
            {
                destination[done++] = token;
            }
        }
    }

    /// <summary>Reads the whole file and rejects a token outside a vocabulary, which would make a model read outside its embedding.</summary>
    /// <param name="vocabularySize">The number of tokens V.</param>
    /// <exception cref="FileFormatException">A token is V or above.</exception>
    public void Validate(int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabularySize);
        Span<uint> chunk = stackalloc uint[ChunkLength];
        for (long offset = 0; offset < Count; offset += ChunkLength)
        {
            Span<uint> part = chunk[..(int)Math.Min(ChunkLength, Count - offset)];
            ReadChunk(offset, part);
            int bad = part.IndexOfAnyInRange((uint)vocabularySize, uint.MaxValue);
            if (bad >= 0)
            {
                throw OutsideVocabulary(offset + bad, part[bad], vocabularySize);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view?.Dispose();
        _file?.Dispose();
    }

    private void RequireInside(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Count - offset, nameof(offset));
    }

    private void ReadChunk(long offset, Span<uint> tokens)
    {
        // Only an empty file has no view, and nothing can be read from it.
        SafeMemoryMappedViewHandle memory = _view!.SafeMemoryMappedViewHandle;
        ulong start = _dataStart + ((ulong)offset * (ulong)_format.TokenSize);
        if (_format.TokenSize == sizeof(uint))
        {
            memory.ReadSpan(start, tokens);
            return;
        }

        Span<ushort> narrow = stackalloc ushort[tokens.Length];
        memory.ReadSpan(start, narrow);
        for (int i = 0; i < narrow.Length; i++)
        {
            tokens[i] = narrow[i];
        }
    }

    private FileFormatException OutsideVocabulary(long position, uint token, int vocabularySize) =>
        new(Path, $"the token at position {position:N0} is {token:N0}, the vocabulary has {vocabularySize:N0} tokens", "prepare the data again with the model's tokenizer");
}

/// <summary>
/// The layout of a token file: llm.c's (256 little-endian int32: magic, version, count; then the tokens) or nanoGPT's
/// (16-bit tokens alone).
/// </summary>
internal readonly record struct TokenFileFormat(int DataOffset, int TokenSize, long Count)
{
    public const int HeaderBytes = 256 * sizeof(int);
    public const int Magic16 = 20240520;
    public const int Version16 = 1;
    public const int Magic32 = 20240801;
    public const int Version32 = 7;

    private const string Remedy = "prepare the data again";

    /// <summary>Recognises a file by its first bytes and its length.</summary>
    public static TokenFileFormat Recognise(string path, ReadOnlySpan<byte> start, long fileLength)
    {
        int magic = start.Length >= sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(start) : 0;
        if (magic is not (Magic16 or Magic32))
        {
            return fileLength == 0 || fileLength % sizeof(ushort) != 0
                ? throw new FileFormatException(path, $"{fileLength:N0} bytes are not a multiple of the 2 bytes of a 16-bit token", Remedy)
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
            ? throw new FileFormatException(path, $"the header declares {count:N0} tokens of {size} bytes, the file holds {found:N0} bytes of tokens", Remedy)
            : new TokenFileFormat(HeaderBytes, size, count);
    }
}
