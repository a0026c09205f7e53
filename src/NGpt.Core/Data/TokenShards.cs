using NGpt.Core.Errors;

namespace NGpt.Core.Data;

/// <summary>The token files of one split, read as one long sequence. Safe for use by several threads. Disposing it closes the files.</summary>
public sealed class TokenShards : ITokenSource, IDisposable
{
    private readonly TokenFile[] _files;

    // _starts[i] is the place of the first token of file i; the last element is the number of all tokens.
    private readonly long[] _starts;

    private TokenShards(TokenFile[] files)
    {
        _files = files;
        _starts = new long[files.Length + 1];
        for (int i = 0; i < files.Length; i++)
        {
            _starts[i + 1] = _starts[i] + files[i].Count;
        }
    }

    /// <summary>The files in their order.</summary>
    public IReadOnlyList<TokenFile> Files => _files;

    /// <inheritdoc/>
    public long Count => _starts[^1];

    /// <inheritdoc/>
    public int? DocumentStart { get; set; }

    /// <summary>Opens token files; the caller disposes of the result.</summary>
    /// <param name="paths">The files in their order.</param>
    /// <exception cref="FileFormatException">A file is missing or not a whole token file.</exception>
    public static TokenShards Open(params IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var files = new List<TokenFile>(paths.Count);
        try
        {
            foreach (string path in paths)
            {
                files.Add(TokenFile.Open(path));
            }

            return new TokenShards([.. files]);
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>The tokens of several splits after one another. The result owns their files: disposing it closes them.</summary>
    /// <param name="parts">The splits in their order.</param>
    public static TokenShards Join(IEnumerable<TokenShards> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        TokenShards[] all = [.. parts];
        int?[] starts = [.. all.Select(part => part.DocumentStart).Distinct()];
        return new TokenShards([.. all.SelectMany(part => part._files)]) { DocumentStart = starts is [int common] ? common : null };
    }

    /// <inheritdoc/>
    /// <exception cref="FileFormatException">A 32-bit token is above the largest <see cref="int"/>.</exception>
    public void Read(long offset, Span<int> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, Count - offset, nameof(offset));
        int file = Array.BinarySearch(_starts, offset);
        file = file >= 0 ? file : ~file - 1;
        while (!destination.IsEmpty)
        {
            // Empty files share their start with the next one and are passed over here.
            int length = (int)Math.Min(destination.Length, _starts[file + 1] - offset);
            _files[file].Read(offset - _starts[file], destination[..length]);
            destination = destination[length..];
            offset += length;
            file++;
        }
    }

    /// <summary>Reads everything and rejects a token outside a vocabulary, which would make a model read outside its embedding.</summary>
    /// <param name="vocabularySize">The number of tokens V.</param>
    /// <exception cref="FileFormatException">A token is V or above.</exception>
    public void Validate(int vocabularySize)
    {
        foreach (TokenFile file in _files)
        {
            file.Validate(vocabularySize);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (TokenFile file in _files)
        {
            file.Dispose();
        }
    }
}
