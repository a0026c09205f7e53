using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NGpt.Data.Corpora;

/// <summary>Hashes what identifies a source: a version of the reader, then files by name, size, time of change and samples of their content.</summary>
internal sealed class SourceHash : IDisposable
{
    // Files up to 64 KiB are hashed as a whole; of others the first and last block and those between, evenly spread.
    private const int BlockSize = 4096;
    private const int Blocks = 16;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds one value. Values are separated by a separator that occurs in none of them.</summary>
    public void Add(string value)
    {
        _hash.AppendData(Encoding.UTF8.GetBytes(value));
        _hash.AppendData([0]);
    }

    /// <summary>Adds a file's name, size, time of change and samples of its content.</summary>
    public void Add(string name, FileInfo file)
    {
        Add(name);
        // A length of 0 also covers pipes and devices, which must not be opened: that could wait for ever.
        if (file is { Exists: true, Length: > 0 })
        {
            AddSamples(file);
        }

        Add(file.Exists ? file.Length.ToString(CultureInfo.InvariantCulture) : "missing");
        Add(file.LastWriteTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture));
    }

    private void AddSamples(FileInfo file)
    {
        try
        {
            using FileStream stream = new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            byte[] block = new byte[BlockSize];
            long last = Math.Max(0, file.Length - BlockSize);
            long count = Math.Min(Blocks, (file.Length + BlockSize - 1) / BlockSize);
            for (long i = 0; i < count; i++)
            {
                stream.Position = file.Length <= Blocks * BlockSize ? i * BlockSize : (long)((Int128)last * i / (Blocks - 1));
                _hash.AppendData(block, 0, stream.ReadAtLeast(block, BlockSize, throwOnEndOfStream: false));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The reading says what is wrong.
            Add("unreadable");
        }
    }

    /// <summary>The hash as lower-case hexadecimal.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
