using System.Security.Cryptography;
using NGpt.Core.Errors;

namespace NGpt.Data.Corpora.Files;

/// <summary>Standard input, written to a temporary file at first use so that it can be read again.</summary>
internal sealed class StandardInputSpool(FileCorpusOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private FileStream? _spool;
    private SourceFile? _file;

    /// <summary>The temporary file; null before there is one.</summary>
    public string? FilePath => _file?.Path;

    /// <summary>The SHA-256 of what was read, in hexadecimal.</summary>
    public string Hash { get; private set; } = string.Empty;

    /// <summary>The temporary file as a source.</summary>
    public SourceFile File()
    {
        lock (_lock)
        {
            return _file ??= Spool();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _spool?.Dispose();

    private SourceFile Spool()
    {
        try
        {
            using Stream? own = options.StandardInput is null ? Console.OpenStandardInput() : null;
            Stream input = options.StandardInput ?? own!;
            string path = Path.Combine(Path.GetTempPath(), $"ngpt-{Guid.NewGuid():N}.tmp");
            _spool = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.DeleteOnClose);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] buffer = new byte[1 << 16];
            byte[] start = [];
            for (int read; (read = input.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0;)
            {
                start = start.Length == 0 ? buffer[..Math.Min(read, 4)] : start;
                hash.AppendData(buffer, 0, read);
                _spool.Write(buffer, 0, read);
            }

            _spool.Flush();
            Hash = Convert.ToHexStringLower(hash.GetHashAndReset());
            (CorpusFormat found, FileCompression compression) = SourceName.Describe(start, options.Format);
            var file = new SourceFile("stdin", path) { Label = "standard input", Format = found, Compression = compression, IsNamed = true, Length = _spool.Length };
            return options.Format == CorpusFormat.Auto && found == CorpusFormat.Text && file.Length > 0 ? ContentProbe.Describe(file, options.TextFields) : file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NGptException($"standard input cannot be kept in {Path.GetTempPath()}: {error.Message}", "free some space, or name another folder with the environment variable TMPDIR", error);
        }
    }
}
