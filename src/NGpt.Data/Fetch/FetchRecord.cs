using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Data.Fetch;

/// <summary>What was fetched into a folder: <c>fetch.json</c> beside the files, with which a later fetch compares.</summary>
internal sealed class FetchRecord
{
    private const string FileName = "fetch.json";
    private const long MaxFileLength = 10 << 20;

    private readonly string _path;
    private readonly JsonObject _files;

    private FetchRecord(string path, JsonObject files)
    {
        _path = path;
        _files = files;
    }

    /// <summary>Opens the record of a folder; an empty one where there is none.</summary>
    public static FetchRecord Open(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            if (!File.Exists(path))
            {
                return new FetchRecord(path, []);
            }

            if (new FileInfo(path).Length <= MaxFileLength && JsonNode.Parse(File.ReadAllText(path))?["files"]?.DeepClone() is JsonObject files)
            {
                return new FetchRecord(path, files);
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Said below.
        }

        throw new FileFormatException(path, "this is not a record of fetched files", "delete it; files without a record are fetched again");
    }

    /// <summary>The SHA-256 that a file had when it was fetched, or null.</summary>
    public string? Sha256(string name) =>
        _files[name] is JsonObject file && file["sha256"] is JsonValue value && value.TryGetValue(out string? hash) ? hash : null;

    /// <summary>Records a file and writes the record.</summary>
    public void Add(string name, Uri address, FetchedFile file, DateTimeOffset time)
    {
        _files[name] = new JsonObject
        {
            ["address"] = address.AbsoluteUri,
            ["bytes"] = file.Bytes,
            ["sha256"] = file.Sha256,
            ["fetched"] = time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
        var all = new JsonObject { ["files"] = _files.DeepClone() };
        DurableFile.WriteText(_path, all.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }
}
