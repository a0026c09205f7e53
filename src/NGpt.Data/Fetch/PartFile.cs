using System.Text.Json;
using System.Text.Json.Nodes;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Data.Fetch;

/// <summary>
/// The part of a file that was received so far, <c>NAME.part</c>, and beside it in <c>NAME.part.json</c> which version of
/// the file it is of. Without a version that the server can compare, a part is of no use later.
/// </summary>
internal sealed class PartFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;

    /// <summary>Opens or creates the part of a file, and locks it.</summary>
    public PartFile(string path)
    {
        _path = path;
        try
        {
            _stream = new FileStream(PartPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NGptException($"{PartPath} cannot be opened: {error.Message.TrimEnd('.')}", "wait for another fetch of this file to end, or name another folder with --out", error);
        }

        Version = ReadVersion();
        if (Version is null)
        {
            Restart(null);
        }
    }

    /// <summary>The entity tag of the version that it is of; null where it cannot be continued.</summary>
    public string? Version { get; private set; }

    /// <summary>The folder that it lies in.</summary>
    public string Folder => Path.GetDirectoryName(_path)!;

    /// <summary>Bytes received so far.</summary>
    public long Length => _stream.Length;

    private string PartPath => _path + ".part";

    private string VersionPath => _path + ".part.json";

    /// <summary>Throws away what was received, and begins another version.</summary>
    public void Restart(string? version)
    {
        _stream.SetLength(0);
        File.Delete(VersionPath);
        Version = version;
        if (version is not null)
        {
            DurableFile.WriteText(VersionPath, new JsonObject { ["etag"] = version }.ToJsonString());
        }
    }

    /// <summary>Appends bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _stream.Position = _stream.Length;
        _stream.Write(bytes);
    }

    /// <summary>Reads all of it from the beginning.</summary>
    public Stream Content()
    {
        _stream.Position = 0;
        return _stream;
    }

    /// <summary>Gives it its final name.</summary>
    public void Complete()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(PartPath, _path, overwrite: false);
        File.Delete(VersionPath);
    }

    /// <summary>Removes it.</summary>
    public void Delete()
    {
        _stream.Dispose();
        File.Delete(PartPath);
        File.Delete(VersionPath);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private string? ReadVersion()
    {
        try
        {
            return new FileInfo(VersionPath) is { Exists: true, Length: < 10_000 }
                && JsonNode.Parse(File.ReadAllText(VersionPath)) is JsonObject json
                && json["etag"] is JsonValue value && value.TryGetValue(out string? tag)
                && System.Net.Http.Headers.EntityTagHeaderValue.TryParse(tag, out System.Net.Http.Headers.EntityTagHeaderValue? parsed) && !parsed.IsWeak
                    ? tag
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
