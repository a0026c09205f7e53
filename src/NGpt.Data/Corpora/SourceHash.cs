using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NGpt.Data.Corpora;

/// <summary>Hashes what identifies a source: a version of the reader, then files by name, size and time of change.</summary>
internal sealed class SourceHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds one value. Values are separated by a separator that occurs in none of them.</summary>
    public void Add(string value)
    {
        _hash.AppendData(Encoding.UTF8.GetBytes(value));
        _hash.AppendData([0]);
    }

    /// <summary>Adds a file's name, size and time of change.</summary>
    public void Add(string name, FileInfo file)
    {
        Add(name);
        Add(file.Exists ? file.Length.ToString(CultureInfo.InvariantCulture) : "missing");
        Add(file.LastWriteTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The hash as lower-case hexadecimal.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
